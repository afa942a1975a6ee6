/**
 * The least that an app behind a sidecar can do: one route, one subscription. Its speed is
 * what the sidecar allows. Asked by its parent, it times the bare hops, one after another.
 */
import { createServer } from "node:http";
import { keepAliveCall } from "../support/keep-alive-call.ts";

/** Milliseconds of one call each. */
export interface Hops {
  delivery: number;
  get: number;
  save: number;
}

const { APP_PORT, DAPR_HTTP_PORT } = process.env;
const subscription = [{ pubsubname: "pubsub", topic: "bare", route: "/bare" }];
let delivered = () => {};

createServer((request, response) => {
  const answer = (text: string) => {
    response.writeHead(200, { "content-type": "application/json", "content-length": text.length });
    response.end(text);
  };
  if (request.url === "/dapr/subscribe") answer(JSON.stringify(subscription));
  else if (request.url === "/bare") {
    request.resume().on("end", () => {
      answer("{}");
      delivered();
    });
  } else answer('{"status":"alive"}');
}).listen(Number(APP_PORT), "127.0.0.1", () => process.send?.("listening"));

const sidecar = keepAliveCall(Number(DAPR_HTTP_PORT));
const item = { index: 40, value: "102334155" };

const calls: Record<keyof Hops, () => Promise<unknown>> = {
  delivery: () => {
    const arrived = new Promise<void>((resolve) => {
      delivered = resolve;
    });
    return Promise.all([sidecar("POST", "/v1.0/publish/pubsub/bare", JSON.stringify(item)), arrived]);
  },
  get: () => sidecar("GET", "/v1.0/state/statestore/bare"),
  save: () => sidecar("POST", "/v1.0/state/statestore", JSON.stringify([{ key: "bare", value: item }])),
};

process.on("message", async () => {
  const hops: Partial<Hops> = {};
  for (const name of Object.keys(calls) as (keyof Hops)[]) {
    const start = performance.now();
    await calls[name]();
    hops[name] = performance.now() - start;
  }
  process.send?.(hops);
});
process.on("disconnect", () => process.exit(0));
