import { createServer, type IncomingMessage } from "node:http";
import { text } from "node:stream/consumers";
import { comesFromHere } from "./from-here.ts";
import type { Lab } from "./lab.ts";
import { switches } from "./switches.ts";
import type { Traces } from "./traces.ts";

/** The lab's own HTTP server: a switch for each part, a look into the stores, and a place for spans. */
export async function openControl(port: number, traces: Traces) {
  let lab: Lab | undefined;
  const server = createServer((request, response) => {
    if (!comesFromHere(request.headers)) {
      response.writeHead(403).end("Web pages may not use the lab's switches.\n");
      return;
    }
    answer(request, traces, lab).then(
      (said) => response.end(`${said}\n`),
      (error: Error) => response.writeHead(400).end(`${error.message}\n`),
    );
  });
  await new Promise<void>((resolve, reject) => {
    server.once("error", reject);
    server.listen(port, "127.0.0.1", resolve);
  });
  return {
    zipkin: `http://127.0.0.1:${port}/api/v2/spans`,
    serve(started: Lab) {
      lab = started;
    },
    close: () => server.close(),
  };
}

async function answer(request: IncomingMessage, traces: Traces, lab: Lab | undefined): Promise<string> {
  const [, part = "", verb = ""] = (request.url ?? "").split("/");
  const body = await text(request);
  if (request.url === "/api/v2/spans") {
    traces.take(JSON.parse(body));
    return "";
  }
  if (part === "traces") return traces.draw(verb);
  if (!lab) throw new Error("The lab is still starting.");
  return switches(lab, part, verb, body);
}
