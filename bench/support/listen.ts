import { get } from "node:http";

/** A page that listens to the API's events. */
export interface Listener {
  /** Resolves when the value of the index arrives. */
  value(index: number): Promise<void>;
  /** Resolves when the entry of the index is told to be recorded. */
  recorded(index: number): Promise<void>;
  stop(): void;
}

interface Heard {
  values?: { index: number }[];
  entries?: { number: number }[];
}

/** Opens the event stream; resolves when it is open. */
export function listen(port: number): Promise<Listener> {
  const waiting = new Map<string, () => void>();
  const arrival = (name: string) => new Promise<void>((arrived) => waiting.set(name, arrived));
  return new Promise((resolve, reject) => {
    const request = get({ host: "127.0.0.1", port, path: "/events" }, (response) => {
      let rest = "";
      response.setEncoding("utf8");
      response.on("data", (text: string) => {
        const events = (rest + text).split("\n\n");
        rest = events.pop() ?? "";
        for (const event of events) hear(event);
      });
      response.on("error", () => {});
      resolve({
        value: (index) => arrival(`value ${index}`),
        recorded: (index) => arrival(`entry ${index}`),
        stop: () => void request.destroy(),
      });
    });
    request.on("error", reject);
  });

  function hear(event: string): void {
    const data = event.indexOf("\ndata: ");
    if (data === -1) return;
    const { values = [], entries = [] } = JSON.parse(event.slice(data + 7)) as Heard;
    for (const { index } of values) tell(`value ${index}`);
    for (const { number } of entries) tell(`entry ${number}`);
  }

  function tell(name: string): void {
    waiting.get(name)?.();
    waiting.delete(name);
  }
}
