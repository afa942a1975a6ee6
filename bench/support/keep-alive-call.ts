import { Agent, request } from "node:http";

/** Calls a server of this machine on connections that stay open; resolves with the body when it is whole. */
export function keepAliveCall(port: number) {
  const agent = new Agent({ keepAlive: true });
  return (method: "GET" | "POST", path: string, body = ""): Promise<string> =>
    new Promise((resolve, reject) => {
      const headers = { "content-type": "application/json", "content-length": body.length };
      const sent = request({ host: "127.0.0.1", port, agent, method, path, headers }, (response) => {
        let text = "";
        response.setEncoding("utf8");
        response.on("data", (part) => {
          text += part;
        });
        response.on("end", () => {
          if ((response.statusCode ?? 0) < 300) resolve(text);
          else reject(new Error(`${method} ${path}: ${response.statusCode} ${text}`));
        });
      });
      sent.on("error", reject);
      sent.end(body);
    });
}
