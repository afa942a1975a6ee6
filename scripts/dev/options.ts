import { parseArgs } from "node:util";

export const appNames = ["api", "calculator"] as const;
export type AppName = (typeof appNames)[number];

/** The command line of `npm run dev -- …`. */
export type DevOptions = {
  /** The apps that are watched; the others run as they are. */
  watched: AppName[];
  /** Added to every port, so that two copies can run side by side. */
  portOffset: number;
  /** Shows every log line, not only warnings and errors. */
  verbose: boolean;
};

const usage = `Usage: npm run dev -- [api] [calculator] [--port-offset N] [--verbose]
  api, calculator  watches only this app; without a name both and the page
  --port-offset N  adds N to every port (page and API 3000, inspectors 9229 and 9230, …), 0 to 15000
  --verbose        shows every log line, not only warnings and errors`;

/**
 * Reads the command line.
 * @throws Error with the usage when an argument is not known
 */
export function readDevOptions(args: string[]): DevOptions {
  const read = () => {
    try {
      const options = { "port-offset": { type: "string" }, verbose: { type: "boolean" } } as const;
      return parseArgs({ args, allowPositionals: true, options });
    } catch (error) {
      throw new Error(`${(error as Error).message}\n${usage}`);
    }
  };
  const { positionals, values } = read();
  const { "port-offset": offset = "0", verbose = false } = values;
  const unknown = positionals.filter((name) => !appNames.includes(name as AppName));
  if (unknown.length > 0) throw new Error(`There is no app ${unknown.join(", ")}.\n${usage}`);
  if (!/^\d+$/.test(offset) || Number(offset) > 15_000) {
    throw new Error(`The port offset must be a whole number from 0 to 15000; got "${offset}".\n${usage}`);
  }
  const watched = positionals.length > 0 ? (positionals as AppName[]) : [...appNames];
  return { watched, portOffset: Number(offset), verbose };
}
