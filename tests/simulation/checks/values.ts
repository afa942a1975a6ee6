import type { World } from "../model/world.ts";
import { digitsOf } from "../standins/digits.ts";

/** Milliseconds around a cancellation in which it is open whether an entry came before it or after. */
const openMilliseconds = 2_500;

/** What the last act on an index was: its value is wanted, it is not, or the two came at nearly the same time. */
export function wish({ ledger }: World, index: number): "wanted" | "unwanted" | "open" {
  const cancels = ledger.cancels.filter((each) => each.index === index && each.status !== 409);
  if (cancels.length === 0) return "wanted";
  const entered = Math.max(
    ...ledger.entered.filter((each) => each.index === index).map(({ sentAt }) => sentAt),
  );
  const last = Math.max(...cancels.map(({ answeredAt }) => answeredAt));
  const skewed = ledger.skewed ? openMilliseconds : 0;
  if (cancels.every(({ answeredAt }) => entered > answeredAt + skewed)) return "wanted";
  const certain = cancels.some(
    ({ sentAt, answeredAt, status }) =>
      status === 202 && answeredAt === last && ledger.lastAnswered(index) + skewed < sentAt,
  );
  return certain ? "unwanted" : "open";
}

/** Indexes that are in the history, can be calculated, and whose value somebody waits for. */
export function wantedIndexes(world: World): number[] {
  const indexes = new Set([...world.postgres.rows.values()].map(({ number }) => number));
  return [...indexes].filter((index) => index <= world.upperLimit && wish(world, index) === "wanted");
}

/** Says what is wrong with the value of an index; undefined when it is there and exact. */
export function wrongValue({ redis }: World, index: number): string | undefined {
  const data = redis.get(`value:${index}`)?.data;
  if (data === undefined) return `index ${index} has no value`;
  const { value, head, tail } = JSON.parse(data) as { value?: string; head?: string; tail?: string };
  const digits = digitsOf(index);
  if (value !== undefined) return value === digits ? undefined : `index ${index} has the value ${value}`;
  if (!digits.startsWith(head!) || !digits.endsWith(tail!))
    return `index ${index} has the ends of another value`;
  const chunk = redis.get(`value:${index}:chunk:0`)?.data;
  if (chunk === undefined) return `index ${index} has a summary but not its digits`;
  return (JSON.parse(chunk) as { digits: string }).digits === digits
    ? undefined
    : `index ${index} has wrong digits`;
}
