import { parseArgs } from "node:util";

/** What can be said on the command line of `npm start -- …`. */
export type StartOptions = {
  /** Added to every port, so that two copies can run side by side. */
  portOffset: number;
  /** Shows every line of the apps and the sidecars. */
  verbose: boolean;
  /** Starts the sidecars directly, even where the dapr CLI is installed. */
  withoutCli: boolean;
};

const usage = `Usage: npm start -- [--port-offset N] [--verbose] [--without-cli]
  --port-offset N  adds N to every port (page and API 3000, sidecar 3500, …), 0 to 15000
  --verbose        shows every log line, not only warnings and errors
  --without-cli    starts the sidecars directly, as where the dapr CLI is not installed`;

/** Reads the command line; what it does not know is an error that tells what there is. */
export function readOptions(args: string[]): StartOptions {
  const read = () => {
    try {
      return parseArgs({
        args,
        options: {
          "port-offset": { type: "string" },
          verbose: { type: "boolean" },
          "without-cli": { type: "boolean" },
        },
      }).values;
    } catch (error) {
      throw new Error(`${(error as Error).message}\n${usage}`);
    }
  };
  const { "port-offset": offset = "0", verbose = false, "without-cli": withoutCli = false } = read();
  if (!/^\d+$/.test(offset) || Number(offset) > 15_000)
    throw new Error(`No such port offset: ${offset}\n${usage}`);
  return { portOffset: Number(offset), verbose, withoutCli };
}
