import { Counter, Gauge, Histogram, Registry } from "prom-client";

/** Everything that this process counts and measures; GET /metrics writes it in Prometheus' text format. */
const registry = new Registry();

/** A number that only grows, from zero at each start of the process. */
export const counter = <Label extends string = never>(name: string, help: string, labelNames: Label[] = []) =>
  new Counter({ name, help, labelNames, registers: [registry] });

/** A number that is set when it changes. */
export const gauge = (name: string, help: string) => new Gauge({ name, help, registers: [registry] });

/** How often something took how long, in seconds. */
export const histogram = <Label extends string>(
  name: string,
  help: string,
  labelNames: Label[],
  buckets: number[],
) => new Histogram({ name, help, labelNames, buckets, registers: [registry] });

/**
 * A number that is looked up when somebody asks for the metrics. What cannot be told
 * within a second is left out: a missing number is honest, and the others still come.
 */
export const readGauge = (name: string, help: string, read: () => number | Promise<number>) =>
  new Gauge({
    name,
    help,
    registers: [registry],
    async collect() {
      const value = await withinASecond(read);
      if (value === undefined) this.remove();
      else this.set(value);
    },
  });

/** Numbers that only grow and are counted elsewhere, one for each value of a label. */
export const readCounter = <Label extends string>(
  name: string,
  help: string,
  label: Label,
  read: () => Record<string, number>,
) =>
  new Counter({
    name,
    help,
    labelNames: [label],
    registers: [registry],
    collect() {
      this.reset();
      for (const [value, count] of Object.entries(read())) {
        this.inc({ [label]: value } as Record<Label, string>, count);
      }
    },
  });

readGauge("process_resident_memory_bytes", "Memory of the process.", () => process.memoryUsage.rss());

/** The answer to GET /metrics. */
export const writeMetrics = async () => ({ type: registry.contentType, text: await registry.metrics() });

async function withinASecond(read: () => number | Promise<number>): Promise<number | undefined> {
  let timer: NodeJS.Timeout | undefined;
  const late = new Promise<undefined>((resolve) => {
    timer = setTimeout(resolve, 1_000, undefined);
  });
  try {
    return await Promise.race([read(), late]);
  } catch {
    return undefined;
  } finally {
    clearTimeout(timer);
  }
}
