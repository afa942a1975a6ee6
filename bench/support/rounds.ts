import { spread } from "./statistics.ts";

/**
 * Measures contestants in alternating rounds, A B C A B C …, so that whatever else the
 * machine does meets them all. Round 0 warms up and does not count.
 * @param measure gives a number a round, like requests a second.
 */
export async function alternate<Name extends string>(
  names: Name[],
  rounds: number,
  measure: (name: Name) => Promise<number>,
): Promise<Record<Name, number[]>> {
  const results = Object.fromEntries(names.map((name) => [name, []])) as unknown as Record<Name, number[]>;
  for (let round = 0; round <= rounds; round++) {
    for (const name of names) {
      const result = await measure(name);
      if (round > 0) results[name].push(result);
    }
  }
  return results;
}

/** The ratios of two contestants, round by round. */
export const ratios = (ours: number[], theirs: number[]) =>
  spread(ours.map((value, round) => value / theirs[round]!));
