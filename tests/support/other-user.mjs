// What another user of this machine tries: node other-user.mjs '{"sockets": …, "api": …, …}'. Prints the outcomes.

import { request } from "node:http";
import { connect } from "node:net";
import { callLocal } from "./internal-call.mjs";

const { sockets, api, calculator, caller, internal, redis } = JSON.parse(process.argv[2]);
const event = JSON.stringify({ id: "forged", data: {} });

const ask = (options, body) =>
  new Promise((resolve) => {
    const headers = { "content-type": "application/json" };
    const asked = request({ method: "POST", headers, timeout: 5_000, ...options }, (response) => {
      response.resume();
      resolve(response.statusCode);
    });
    asked.once("error", (error) => resolve(error.code));
    asked.end(body);
  });
const say = (port, text) =>
  new Promise((resolve) => {
    const socket = connect(port, "127.0.0.1", () => socket.write(text));
    socket.setTimeout(1_000, () => socket.destroy());
    socket.once("data", (data) => resolve(String(data)) ?? socket.destroy());
    socket.once("error", (error) => resolve(error.code));
    socket.once("close", () => resolve(""));
  });

const outcomes = {};
for (const app of ["api", "calculator"]) {
  const socketPath = `${sockets}/dapr-${app}-http.socket`;
  outcomes[`state of ${app}`] = await ask({ socketPath, path: "/v1.0/state/statestore" }, "[]");
}
for (const path of ["publish/pubsub/submitted", "state/statestore", "bindings/entries", "metadata/x"]) {
  outcomes[path] = await ask({ host: "127.0.0.1", port: caller, path: `/v1.0/${path}` }, "{}");
}
for (const path of ["subscriptions/record", "schedules/sweep", "dapr/subscribe"]) {
  outcomes[`api /${path}`] = await ask({ host: "127.0.0.1", port: api, path: `/${path}` }, event);
  const invoked = `/v1.0/invoke/api/method/${path}`;
  outcomes[`invoke /${path}`] = await ask({ host: "127.0.0.1", port: caller, path: invoked }, event);
}
outcomes["calculator /subscriptions/calculate"] = await ask(
  { host: "127.0.0.1", port: calculator, path: "/subscriptions/calculate" },
  event,
);
for (const [app, method] of [
  ["api", "subscriptions/record"],
  ["calculator", "subscriptions/calculate"],
]) {
  outcomes[`internal gRPC of ${app}`] = (await callLocal(internal[app], method, event)).status;
}
outcomes.shutdown = await ask({ host: "127.0.0.1", port: caller, path: "/v1.0/shutdown" });
outcomes.redis = (await say(redis, "XADD submitted * data x\r\n")).trim();
console.log(JSON.stringify(outcomes));
