/** Enough of Prometheus' text format and query language to hold queries against what is exposed. */

type Labels = Record<string, string>;

export function readMetrics(text: string) {
  const series = [...text.matchAll(/^([a-zA-Z_:][\w:]*)(?:\{(.*)\})? (\S+)$/gm)].map(
    ([, name, labels, value]) => ({
      name: name!,
      labels: Object.fromEntries(
        [...(labels ?? "").matchAll(/(\w+)="((?:[^"\\]|\\.)*)"/g)].map(([, key, each]) => [key!, each!]),
      ) as Labels,
      value: Number(value),
    }),
  );
  return {
    text,
    /** The value of the one series with these labels. */
    value: (name: string, labels: Labels = {}) =>
      series.find(
        (each) =>
          each.name === name && Object.entries(labels).every(([key, value]) => each.labels[key] === value),
      )?.value,
    /** Whether some series of that name carries these labels. */
    has: (name: string, labels: string[]) =>
      series.some((each) => each.name === name && labels.every((label) => label in each.labels)),
  };
}

/** Labels that Prometheus adds when it scrapes. */
const scraped = ["job", "instance"];

/** The metrics that a query asks for, with the labels that it selects or groups by. */
export function usedMetrics(query: string): { name: string; labels: string[] }[] {
  return query.split(/ (?:or|and on\(\)) /).flatMap((part) => {
    const grouped = [...part.matchAll(/by \(([^)]*)\)/g)].flatMap(([, list]) => list!.split(/,\s*/));
    return [...part.matchAll(/\b((?:fib|dapr|process|go)_\w+)(?:\{([^}]*)\})?/g)].map(
      ([, name, selected]) => ({
        name: name!,
        labels: [
          ...grouped,
          ...[...(selected ?? "").matchAll(/(\w+)[=!]/g)].map(([, label]) => label!),
        ].filter((label) => !scraped.includes(label)),
      }),
    );
  });
}
