import { type Logger, pino } from "pino";
import type { RuntimeConfig } from "./config.ts";

/** One JSON line an event on standard output; the platform collects it. */
export function createLog(appId: string, config: Pick<RuntimeConfig, "logLevel" | "replica">): Logger {
  // The reader of our output may be gone before us. pino's own stream then waits for a
  // reader at exit, without end; Node's stream fails, which is no reason to fail for.
  process.stdout.on("error", () => {});
  return pino(
    {
      level: config.logLevel,
      base: { app: appId, replica: config.replica },
      timestamp: pino.stdTimeFunctions.isoTime,
      formatters: { level: (label) => ({ level: label }) },
    },
    process.stdout,
  );
}
