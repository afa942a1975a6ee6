import { perSecond, type Row } from "../report/row.ts";
import type { Settings } from "../settings.ts";
import type { Lab } from "../support/lab.ts";
import { requests, warmUp } from "../support/requests.ts";
import { alternate, ratios } from "../support/rounds.ts";
import { median } from "../support/statistics.ts";

/** Submissions a second, ours with the promise kept (in Redis before the answer), the ancestor's as it is. */
export async function posts(lab: Lab, settings: Settings): Promise<Row[]> {
  const bodies = Array.from({ length: 1_000 }, (_, index) => JSON.stringify({ index }));
  const post = { method: "POST" as const, bodies };
  const plans = {
    ancestor: { ...post, port: lab.ancestor.port, path: "/values" },
    app: { ...post, port: lab.port, path: "/values" },
    invoke: { ...post, port: lab.invokePort, path: "/v1.0/invoke/api/method/values" },
  };
  await warmUp(lab, settings, plans);
  const rates = await alternate(["ancestor", "app", "invoke"], settings.rounds, async (name) => {
    const rate = await requests(lab, settings, plans[name]);
    // What one leaves to be done must not slow the next one down.
    await lab.drained();
    return rate;
  });
  const baseline = `${perSecond(median(rates.ancestor))} ancestor, direct`;
  return [
    {
      what: "`POST /values` at the app",
      ours: perSecond(median(rates.app)),
      baseline,
      ratio: ratios(rates.app, rates.ancestor),
      target: { limit: 1.5, sense: "at least" },
    },
    {
      what: "`POST /values` through invoke",
      ours: perSecond(median(rates.invoke)),
      baseline,
      ratio: ratios(rates.invoke, rates.ancestor),
      target: { limit: 1, sense: "at least" },
    },
  ];
}
