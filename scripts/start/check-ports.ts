import { isTaken, whoListens } from "../local/ports.ts";
import { type Ports, portNames } from "./ports-from.ts";

/** Ends the start with one message when somebody listens on a port that we need. */
export async function requireFreePorts(ports: Ports, offset: number): Promise<void> {
  const taken: string[] = [];
  for (const [app, values] of Object.entries(ports)) {
    for (const [name, port] of Object.entries(values)) {
      if (!(await isTaken(port))) continue;
      const who = (await whoListens(port)) ?? "another program";
      taken.push(`Port ${port} (${app}, ${portNames[name as keyof typeof portNames]}) is taken by ${who}.`);
    }
  }
  if (taken.length === 0) return;
  throw new Error(
    `${taken.join("\n")}\nStop it, or start on other ports: npm start -- --port-offset ${offset + 100}`,
  );
}
