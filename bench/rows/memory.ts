import type { Row } from "../report/row.ts";
import type { Settings } from "../settings.ts";
import { residentMegabytes } from "../support/cpu.ts";
import type { Lab } from "../support/lab.ts";

/** Resident memory of each process, in megabytes. */
export type Memory = Record<
  "API" | "calculator" | "sidecar of the API" | "sidecar of the calculator",
  number
>;

export async function memory({ system }: Lab): Promise<Memory> {
  const [api, calculator] = [system.api[0]!, system.calculator[0]!];
  return {
    API: await residentMegabytes(api.app.pid),
    calculator: await residentMegabytes(calculator.app.pid),
    "sidecar of the API": await residentMegabytes(api.sidecar.pid),
    "sidecar of the calculator": await residentMegabytes(calculator.sidecar.pid),
  };
}

/** Adds what is missing to that many submissions, all in all, and waits until they are done. */
export async function fillUp(lab: Lab, { memorySubmissions, inFlight }: Settings): Promise<number> {
  const answer = await fetch(`${lab.system.apiUrl}/metrics`);
  const sofar = Number(/^fib_accepted_total (\d+)/m.exec(await answer.text())?.[1] ?? 0);
  const most = memorySubmissions - sofar;
  if (most > 0) {
    const bodies = Array.from({ length: 1_000 }, (_, index) => JSON.stringify({ index }));
    await lab.load.run({
      port: lab.port,
      method: "POST",
      path: "/values",
      bodies,
      inFlight,
      seconds: 120,
      most,
    });
  }
  await lab.drained();
  return Math.max(sofar, memorySubmissions);
}

export const memoryRows = (rest: Memory, after: Memory, submissions: number): Row[] =>
  (Object.keys(rest) as (keyof Memory)[]).map((name) => ({
    what: `memory of the ${name} at rest`,
    ours: `${Math.round(rest[name])} MB; ${Math.round(after[name])} MB after ${submissions.toLocaleString("en")} submissions`,
    ...(name.startsWith("sidecar")
      ? {}
      : {
          baseline: "90 MB allowed",
          ratio: { median: rest[name] / 90, least: rest[name] / 90, most: rest[name] / 90 },
          target: { limit: 1, sense: "at most" as const },
        }),
  }));
