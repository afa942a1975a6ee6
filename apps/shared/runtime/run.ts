import type { Logger } from "pino";
import { ConfigError, type RuntimeConfig, readConfig, type Settings, type SettingsOf } from "./config.ts";
import { lazyDaprClient } from "./dapr-client.ts";
import { createLog } from "./log.ts";
import { type ServeOptions, serve } from "./serve.ts";
import { connectSidecar, type SidecarClient } from "./sidecar-client.ts";

/** What an app builds its functions from. */
export interface AppParts<Shape extends Settings = Settings> {
  config: RuntimeConfig;
  /** The app's own settings. */
  settings: SettingsOf<Shape>;
  log: Logger;
  sidecar: SidecarClient;
  /** Aborted when the app begins to stop. */
  stopping: AbortSignal;
}

type BuiltApp = Pick<ServeOptions, "functions" | "api" | "ready" | "before" | "after"> & {
  /** Awaited after the last request ended: work that goes on beside requests. */
  finish?: () => Promise<void>;
};

export interface RunOptions<Shape extends Settings> {
  appId: string;
  /** The app's own variables; invalid ones are reported together with the runtime's. */
  settings: Shape;
  build(parts: AppParts<Shape>): BuiltApp;
}

/**
 * Runs an app until SIGTERM or SIGINT, then drains it: not ready, no new
 * connections, requests in progress end, exit 0. Invalid settings are reported on standard
 * error with exit code 2. An uncaught exception ends the process with exit code 1,
 * since a half-broken replica is worse than a restarted one.
 */
export async function run<Shape extends Settings>({
  appId,
  settings,
  build,
}: RunOptions<Shape>): Promise<void> {
  const read = configOrExit(settings, appId);
  const { config } = read;
  const log = createLog(appId, config);
  const stopping = new AbortController();
  const sidecar = connectSidecar(config);
  const daprClient = lazyDaprClient(config);

  process.on("uncaughtException", (error) => {
    log.fatal({ err: error }, "uncaught exception, exiting");
    process.exit(1);
  });

  const parts = { ...read, log, sidecar, stopping: stopping.signal };
  const { finish, ...built } = build(parts);
  const context = { log, stopping: stopping.signal, daprClient: () => daprClient.get() };
  const app = serve({ appId, config, sidecar, context, ...built });

  const stop = async (signal: string) => {
    if (stopping.signal.aborted) return;
    log.info({ signal }, "stopping");
    stopping.abort();
    await (await app).drain();
    await finish?.();
    await daprClient.close();
    log.info("stopped");
    process.exit(0);
  };
  process.on("SIGTERM", (signal) => void stop(signal));
  process.on("SIGINT", (signal) => void stop(signal));
  await app;
}

function configOrExit<Shape extends Settings>(settings: Shape, appId: string) {
  try {
    return readConfig(process.env, settings, appId);
  } catch (error) {
    if (!(error instanceof ConfigError)) throw error;
    console.error(error.message);
    process.exit(2);
  }
}
