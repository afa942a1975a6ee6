/** The first sign of life comes after this many milliseconds, … */
const firstMs = 3_000;
/** … and the next ones at this distance. */
const everyMs = 10_000;

/**
 * Waits for the work and prints a progress line after 3 seconds, then every 10 seconds. Work that is done
 * sooner prints nothing. `describe` gets the elapsed whole seconds.
 */
export async function withProgress<Result>(
  say: (line: string) => void,
  describe: (seconds: number) => string,
  work: () => Promise<Result>,
): Promise<Result> {
  const start = Date.now();
  const show = () => say(describe(Math.round((Date.now() - start) / 1_000)));
  let timer = setTimeout(() => {
    show();
    timer = setInterval(show, everyMs);
  }, firstMs);
  try {
    return await work();
  } finally {
    clearTimeout(timer);
  }
}
