import { milliseconds, type Row } from "../report/row.ts";
import type { Settings } from "../settings.ts";
import { keepAliveCall } from "../support/keep-alive-call.ts";
import type { Lab } from "../support/lab.ts";
import { listen } from "../support/listen.ts";
import { median, quantile, spread } from "../support/statistics.ts";

/**
 * From sending a submission of a new index to its value on the event stream, one at a time,
 * against the least that the way could cost: a request, two deliveries of events, a read
 * and a write of the state, each measured bare between the submissions; the request from
 * here, as the submissions, the others from the trivial app.
 */
export async function latency(lab: Lab, { rounds, submissions }: Settings): Promise<Row[]> {
  const post = keepAliveCall(lab.port);
  const request = keepAliveCall(lab.bare.appPort);
  const page = await listen(lab.port);
  const ours: number[][] = [];
  const bare: number[] = [];
  let index = 2_000;
  for (let round = 0; round <= rounds; round++) {
    const times: number[] = [];
    const requests: number[] = [], delivery: number[] = [], get: number[] = [], save: number[] = [];
    for (let number = 0; number < submissions; number++) {
      index += 1;
      const start = performance.now();
      const arrived = page.value(index);
      const recorded = page.recorded(index);
      await post("POST", "/values", JSON.stringify({ index }));
      await arrived;
      times.push(performance.now() - start);
      // One at a time: the next one begins when nothing of this one is left to be done.
      await recorded;
      const s2 = performance.now();
      await request("GET", "/");
      requests.push(performance.now() - s2);
      const h = await lab.bare.hops(1);
      delivery.push(...h.delivery); get.push(...h.get); save.push(...h.save);
    }
    const sum = median(requests) + 2 * median(delivery) + median(get) + median(save);
    // Round 0 warms up.
    if (round === 0) continue;
    ours.push(times);
    bare.push(sum);
  }
  page.stop();
  const against = (share: number) =>
    spread(ours.map((times, round) => quantile(times, share) / bare[round]!));
  const baseline = `${milliseconds(median(bare))} bare hops`;
  return [
    {
      what: "submission to value on the stream, p50",
      ours: milliseconds(median(ours.flat())),
      baseline,
      ratio: against(0.5),
      target: { limit: 2, sense: "at most" },
    },
    {
      what: "submission to value on the stream, p99",
      ours: milliseconds(quantile(ours.flat(), 0.99)),
      baseline,
      ratio: against(0.99),
      target: { limit: 4, sense: "at most" },
    },
  ];
}
