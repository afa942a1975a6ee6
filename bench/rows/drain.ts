import { perSecond, type Row } from "../report/row.ts";
import type { Settings } from "../settings.ts";
import type { Lab } from "../support/lab.ts";
import { median } from "../support/statistics.ts";

/** Length of a window; each has indexes of its own. */
const windowSeconds = 5;
/** One submission in so many is of an index that nobody entered before. */
const newEvery = 20;

/**
 * As many submissions as the app takes, for a minute: what is promised has to be recorded
 * and calculated at the same pace. The ratio is what was done meanwhile over what was
 * accepted; its least and most are those of single windows, which run behind and catch up.
 */
export async function drain(lab: Lab, { drainSeconds, inFlight }: Settings): Promise<Row[]> {
  const rates: number[] = [];
  const done: number[] = [];
  const waiting: number[] = [];
  let accepted = 0;
  let fresh = 10_000;
  let backlog = 0;
  for (let window = 0; window * windowSeconds < drainSeconds; window++) {
    const bodies = Array.from({ length: 40_000 }, (_, number) =>
      JSON.stringify({ index: number % newEvery === 0 ? fresh++ % 1_000_000 : number % 1_000 }),
    );
    const plan = { port: lab.port, method: "POST" as const, path: "/values", bodies, inFlight };
    const result = await lab.load.run({ ...plan, seconds: windowSeconds });
    if (Object.keys(result.failed).length > 0) {
      throw new Error(`POST /values answered ${JSON.stringify(result.failed)}`);
    }
    const left = await lab.unrecorded();
    rates.push(result.done / result.seconds);
    done.push((result.done + backlog - left) / result.done);
    backlog = left;
    accepted += result.done;
    waiting.push(await lab.waitingEvents());
  }
  const before = performance.now();
  await lab.drained();
  const rest = ((performance.now() - before) / 1_000).toFixed(1);
  return [
    {
      what: `recorded and calculated under full load, ${drainSeconds} s`,
      ours: `${perSecond((median(rates) * (accepted - backlog)) / accepted)}; all done ${rest} s after the last; at most ${Math.max(...waiting)} events waiting`,
      baseline: `${perSecond(median(rates))} accepted`,
      ratio: {
        median: (accepted - backlog) / accepted,
        least: Math.min(...done),
        most: Math.max(...done),
      },
      target: { limit: 0.99, sense: "at least" },
    },
  ];
}
