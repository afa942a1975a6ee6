import { get } from "node:http";

/** A page that listens to the API's events. */
export interface Listener {
  /** Resolves when the value of the index arrives. */
  value(index: number): Promise<void>;
  stop(): void;
}

/** Opens the event stream; resolves when it is open. */
export function listen(port: number): Promise<Listener> {
  const waiting = new Map<number, () => void>();
  return new Promise((resolve, reject) => {
    const request = get({ host: "127.0.0.1", port, path: "/events" }, (response) => {
      let rest = "";
      response.setEncoding("utf8");
      response.on("data", (text: string) => {
        const events = (rest + text).split("\n\n");
        rest = events.pop() ?? "";
        for (const event of events) if (event.includes("event: calculated")) hear(event);
      });
      response.on("error", () => {});
      resolve({
        value: (index) => new Promise((arrived) => waiting.set(index, arrived)),
        stop: () => void request.destroy(),
      });
    });
    request.on("error", reject);
  });

  function hear(event: string): void {
    const { values } = JSON.parse(event.slice(event.indexOf("data: ") + 6)) as {
      values: { index: number }[];
    };
    for (const { index } of values) {
      waiting.get(index)?.();
      waiting.delete(index);
    }
  }
}
