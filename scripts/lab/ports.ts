import { isTaken, whoListens } from "../local/ports.ts";

/** Where the lab listens: the ports of dapr.yaml, and two of its own. */
export interface LabPorts {
  api: number;
  calculator: number;
  caller: number;
  apiMetrics: number;
  calculatorMetrics: number;
  control: number;
  redisReplica: number;
}

const usual: LabPorts = {
  api: 3000,
  calculator: 3001,
  caller: 3500,
  apiMetrics: 9091,
  calculatorMetrics: 9092,
  control: 3999,
  redisReplica: 6380,
};

/** The usual ports, or others as LAB_PORTS says: "3000=4711,3500=4712". */
export function labPorts(): LabPorts {
  const others = new Map(
    (process.env.LAB_PORTS ?? "").split(",").map((pair) => pair.split("=").map(Number) as [number, number]),
  );
  return Object.fromEntries(
    Object.entries(usual).map(([name, port]) => [name, others.get(port) ?? port]),
  ) as unknown as LabPorts;
}

/** Ends the start with one message when somebody listens on a port of the lab. */
export async function requireFree(ports: LabPorts): Promise<void> {
  for (const port of Object.values(ports)) {
    if (!(await isTaken(port))) continue;
    const who = (await whoListens(port)) ?? "another program";
    throw new Error(
      `Port ${port} is taken by ${who}. Is \`npm start\` or another lab running? Stop it first.`,
    );
  }
}
