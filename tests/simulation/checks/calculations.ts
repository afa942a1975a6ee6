import type { World } from "../model/world.ts";
import type { Calculation } from "./ledger.ts";
import { wish } from "./values.ts";

/** A lease is renewed every 7.5 s and lasts 30 s: a holder that cannot write for longer than this may lose it. */
const lostLeaseMilliseconds = 21_000;
/** What a calculator knows when it takes a lease may be this old. */
const lookMilliseconds = 5_000;
/** A cancellation reaches the calculators within this time. */
const cancelMilliseconds = 5_000;

/** Second calculations that none of the excuses in docs/guarantees.md explains. */
export function needlessCalculations(world: World): string[] {
  const { ledger } = world;
  const byIndex = new Map<number, Calculation[]>();
  for (const each of ledger.calculations) byIndex.set(each.index, [...(byIndex.get(each.index) ?? []), each]);
  return [...byIndex].flatMap(([index, calculations]) => {
    if (calculations.length === 1) return [];
    // A calculation may wait for a thread for long after its lease was taken.
    const inOrder = calculations.sort((a, b) => ledger.claimedAt(a) - ledger.claimedAt(b));
    return inOrder.flatMap((again, at) => {
      const before = inOrder[at - 1];
      if (!before || isExcused(world, before, again)) return [];
      return [
        `index ${index} was calculated again at ${seconds(again.startedAt)} by ${again.process.name}, ` +
          `after ${before.process.name} at ${seconds(before.startedAt)}`,
      ];
    });
  });
}

function isExcused({ ledger, plan }: World, before: Calculation, again: Calculation): boolean {
  const { index, process } = before;
  const from = ledger.claimedAt(before);
  const until = ledger.claimedAt(again);
  const saved = ledger.saved.get(index)?.findLast((at) => at < until);
  const lost = ledger.troubles.some(
    ({ losesFrom, from: lostAt }) =>
      losesFrom !== undefined && lostAt <= until && lostAt >= from && losesFrom <= (saved ?? until),
  );
  if (lost) return true;
  // A value that is there is not calculated again, whoever died.
  if (saved !== undefined && saved < until - lookMilliseconds) return false;
  const gone = Math.min(process.diedAt ?? Infinity, process.stoppedAt ?? Infinity);
  if (gone <= until) return true;
  const isLossy = plan.noise.lostReply > 0 || plan.noise.lostRequest > 0 || plan.noise.slow > 0;
  const unreachable = ledger.troubles
    .filter(
      ({ kind, pair }) =>
        (isLossy && reaches.has(kind)) || (pair !== undefined && process.name.startsWith(`${pair}#`)),
    )
    .reduce((sum, each) => sum + Math.max(0, Math.min(each.until, until) - Math.max(each.from, from)), 0);
  if (unreachable >= lostLeaseMilliseconds) return true;
  return ledger.cancels.some(
    (each) => each.index === index && each.answeredAt >= from - lookMilliseconds && each.sentAt <= until,
  );
}

/** Troubles in which nobody can write to Redis: an excuse only where messages are lost or late besides. */
const reaches = new Set(["redis-down", "redis-stalled", "redis-full"]);

/** Calculations that began although the index had been cancelled and was not entered again. */
export function unwantedCalculations(world: World): string[] {
  const { ledger } = world;
  return ledger.calculations.flatMap(({ index, startedAt, process }) => {
    if (wish(world, index) !== "unwanted") return [];
    const cancelledAt = Math.max(
      ...ledger.cancels.filter((each) => each.index === index).map((each) => each.answeredAt),
    );
    // A store that lost the cancellation cannot honour it.
    if (ledger.troubles.some(({ losesFrom }) => losesFrom !== undefined)) return [];
    if (startedAt < cancelledAt + cancelMilliseconds) return [];
    return [
      `index ${index} was calculated at ${seconds(startedAt)} by ${process.name}, cancelled at ${seconds(cancelledAt)}`,
    ];
  });
}

/** Values that came long after their index had been cancelled, and that nobody was in trouble to stop. */
export function uncancelledCalculations(world: World): string[] {
  const { ledger } = world;
  if (ledger.troubles.length > 0) return [];
  return [...ledger.saved].flatMap(([index, times]) => {
    if (wish(world, index) !== "unwanted") return [];
    const cancels = ledger.cancels.filter((each) => each.index === index && each.status === 202);
    const cancelledAt = Math.max(...cancels.map(({ answeredAt }) => answeredAt));
    const late = times.find((at) => at > cancelledAt + cancelMilliseconds);
    return late === undefined
      ? []
      : [`index ${index}, cancelled at ${seconds(cancelledAt)}, had its value at ${seconds(late)}`];
  });
}

export const seconds = (milliseconds: number) => `${(milliseconds / 1_000).toFixed(3)} s`;
