import { parseArgs } from "node:util";

/** The command line of `npm start -- …` and `npm run dev -- …`. */
export type Options = {
  /** Added to every port, so that two copies can run side by side; 0 to 10000. */
  portOffset: number;
  /** Shows every log line, not only warnings and errors. */
  verbose: boolean;
};

/** Reads the command line. @throws Error with the usage when an argument is not known. */
export function readOptions(args: string[], command: string): Options {
  const usage = `Usage: ${command} -- [--port-offset N] [--verbose]
  --port-offset N  adds N to every port of dapr.yaml, 0 to 10000
  --verbose        shows every log line, not only warnings and errors`;
  try {
    const options = { "port-offset": { type: "string" }, verbose: { type: "boolean" } } as const;
    const { "port-offset": offset = "0", verbose = false } = parseArgs({ args, options }).values;
    if (!/^\d{1,5}$/.test(offset) || Number(offset) > 10_000) {
      throw new Error(`The port offset must be a whole number from 0 to 10000; got "${offset}".`);
    }
    return { portOffset: Number(offset), verbose };
  } catch (error) {
    throw new Error(`${(error as Error).message}\n${usage}`);
  }
}
