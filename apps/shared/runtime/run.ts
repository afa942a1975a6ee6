import type { Logger } from "pino";
import { type AppConfig, ConfigError, readConfig } from "./config.ts";
import { createLog } from "./log.ts";
import { type ServeOptions, serve } from "./serve.ts";
import { connectSidecar, type Sidecar } from "./sidecar.ts";

/** What an app builds its functions from. */
export interface AppParts {
  config: AppConfig;
  log: Logger;
  sidecar: Sidecar;
  /** Aborted when the app begins to stop. */
  stopping: AbortSignal;
}

type BuiltApp = Pick<ServeOptions, "functions" | "ready" | "page"> & {
  /** Awaited after the last request ended: work that goes on beside requests. */
  finish?: () => Promise<void>;
};

/**
 * Runs an app until SIGTERM or SIGINT, then drains it: not ready, no new
 * connections, what is under way ends, exit 0. Wrong settings are told on standard
 * error with exit code 2; whatever nobody caught ends the process with exit code 1,
 * since a half-broken replica is worse than one that is started again.
 */
export async function run(appId: string, build: (parts: AppParts) => BuiltApp): Promise<void> {
  const config = configOrExit();
  const log = createLog(appId, config);
  const stopping = new AbortController();
  const sidecar = connectSidecar(config);

  process.on("uncaughtException", (error) => {
    log.fatal({ err: error }, "a bug: ending this replica");
    process.exit(1);
  });

  const parts: AppParts = { config, log, sidecar, stopping: stopping.signal };
  const { finish, ...built } = build(parts);
  const app = await serve({ appId, ...parts, ...built });

  const stop = async (signal: string) => {
    if (stopping.signal.aborted) return;
    log.info({ signal }, "stopping: what is under way ends first");
    stopping.abort();
    await app.drain();
    await finish?.();
    log.info("stopped");
    process.exit(0);
  };
  process.on("SIGTERM", (signal) => void stop(signal));
  process.on("SIGINT", (signal) => void stop(signal));
}

function configOrExit(): AppConfig {
  try {
    return readConfig(process.env);
  } catch (error) {
    if (!(error instanceof ConfigError)) throw error;
    console.error(error.message);
    process.exit(2);
  }
}
