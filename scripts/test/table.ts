/** How long each step took, as lines for a terminal. */
export function table(times: { name: string; seconds: number }[]): string {
  const total = { name: "total", seconds: times.reduce((sum, { seconds }) => sum + seconds, 0) };
  const width = Math.max(...[...times, total].map(({ name }) => name.length));
  return [...times, total]
    .map(({ name, seconds }) => `${name.padEnd(width)}  ${seconds.toFixed(1).padStart(7)} s`)
    .join("\n");
}
