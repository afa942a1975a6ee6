import { milliseconds, type Row } from "../report/row.ts";
import type { Settings } from "../settings.ts";
import { keepAliveCall } from "../support/keep-alive-call.ts";
import type { Lab } from "../support/lab.ts";
import { listen } from "../support/listen.ts";
import { median, quantile, spread } from "../support/statistics.ts";

/**
 * From sending a submission of a new index to its value on the event stream, one at a time,
 * against as many bare hops as it takes: a request, two deliveries of events, two calls of the
 * state store. Each submission is followed by one of each hop: in a loop of their own the hops
 * would find a machine that is wide awake.
 */
export async function latency(lab: Lab, { rounds, submissions }: Settings): Promise<Row[]> {
  const post = keepAliveCall(lab.port);
  const bareRequest = keepAliveCall(lab.bare.appPort);
  const page = await listen(lab.port);
  const ours: number[][] = [];
  const bare: number[][] = [];
  let index = 2_000;

  async function submit(): Promise<number> {
    index += 1;
    const arrived = page.value(index);
    const recorded = page.recorded(index);
    const start = performance.now();
    await post("POST", "/values", JSON.stringify({ index }));
    await arrived;
    const time = performance.now() - start;
    // One at a time: what follows begins when nothing of this one is left to be done.
    await recorded;
    return time;
  }

  async function bareHops(): Promise<number> {
    const start = performance.now();
    await bareRequest("GET", "/");
    const request = performance.now() - start;
    const { delivery, get, save } = await lab.bare.hops();
    return request + 2 * delivery + get + save;
  }

  for (let round = 0; round <= rounds; round++) {
    const times = { ours: [] as number[], bare: [] as number[] };
    for (let number = 0; number < submissions; number++) {
      times.ours.push(await submit());
      times.bare.push(await bareHops());
    }
    // Round 0 warms up.
    if (round === 0) continue;
    ours.push(times.ours);
    bare.push(times.bare);
  }
  page.stop();

  const row = (name: string, share: number, limit: number): Row => ({
    what: `submission to value on the stream, ${name}`,
    ours: milliseconds(quantile(ours.flat(), share)),
    baseline: `${milliseconds(median(bare.flat()))} bare hops, p50`,
    ratio: spread(ours.map((times, round) => quantile(times, share) / median(bare[round]!))),
    target: { limit, sense: "at most" },
  });
  return [row("p50", 0.5, 2), row("p99", 0.99, 4)];
}
