import { perSecond, type Row } from "../report/row.ts";
import type { Settings } from "../settings.ts";
import { keepAliveCall } from "../support/keep-alive-call.ts";
import type { Lab } from "../support/lab.ts";
import { requests, warmUp } from "../support/requests.ts";
import { alternate, ratios } from "../support/rounds.ts";
import { median } from "../support/statistics.ts";

/** Both answer about 170 bytes: ours one value and its history, the ancestor's its hash of five. */
const known = [10, 20, 30, 40, 90];

/** Reads of a known value a second. Runs before anything else fills the ancestor's hash. */
export async function gets(lab: Lab, settings: Settings): Promise<Row[]> {
  for (const port of [lab.ancestor.port, lab.port]) {
    for (const index of known) await keepAliveCall(port)("POST", "/values", JSON.stringify({ index }));
  }
  await lab.drained();
  const get = { method: "GET" as const };
  const plans = {
    ancestor: { ...get, port: lab.ancestor.port, path: "/values/current" },
    app: { ...get, port: lab.port, path: "/values/40" },
    bare: { ...get, port: lab.bare.port, path: "/v1.0/invoke/bare/method/alive" },
    invoke: { ...get, port: lab.invokePort, path: "/v1.0/invoke/api/method/values/40" },
  };
  await warmUp(lab, settings, plans);
  const names = ["ancestor", "app", "bare", "invoke"] as const;
  const rates = await alternate([...names], settings.rounds, (name) => requests(lab, settings, plans[name]));
  return [
    {
      what: "`GET` a known value at the app",
      ours: perSecond(median(rates.app)),
      baseline: `${perSecond(median(rates.ancestor))} ancestor, direct`,
      ratio: ratios(rates.app, rates.ancestor),
      target: { limit: 1, sense: "at least" },
    },
    {
      what: "`GET` a known value through invoke",
      ours: perSecond(median(rates.invoke)),
      baseline: `${perSecond(median(rates.bare))} trivial route, invoke`,
      ratio: ratios(rates.invoke, rates.bare),
      target: { limit: 0.9, sense: "at least" },
    },
  ];
}
