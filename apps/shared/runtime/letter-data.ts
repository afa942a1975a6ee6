/** Characters of JSON that a dead letter carries; events of ours have a tenth of that. */
const most = 500_000;

/**
 * What a dead letter keeps of an event's data: all of it, or the beginning of what is far
 * too large to be one of ours. A letter has to fit into one call of the sidecar, or the
 * event that nobody can handle would be delivered for ever.
 */
export function letterData(data: unknown): unknown {
  // JSON leaves out what is undefined, and a letter without data is no letter.
  const whole = data ?? null;
  const text = JSON.stringify(whole);
  return text.length <= most ? whole : `${text.length} characters, which begin with ${text.slice(0, 1_000)}`;
}
