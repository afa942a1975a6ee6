import { readFile } from "node:fs/promises";
import { dirname, resolve } from "node:path";
import { parse } from "yaml";
import { cloneFolder } from "../local/folders.ts";
import { type Running, run } from "../local/process.ts";

/** The apps and sidecars of a dapr.yaml, started. */
export type Launched = {
  /** The leaders of the process groups, for the next start after a kill -9. */
  pids: number[];
  /** Resolves with a sentence when a part ends, asked or not. */
  ended: Promise<string>;
  stop(): Promise<void>;
};

/** What is started. */
export type LaunchOptions = {
  /** The dapr.yaml of this start. */
  file: string;
  /** The environment of the CLI, of the apps and of the sidecars. */
  env: NodeJS.ProcessEnv;
  /** Hears every line, in the form of `dapr run`. */
  onLine: (line: string) => void;
};

/** Runs `dapr run -f`. */
export async function launchWithCli(cli: string, { file, env, onLine }: LaunchOptions): Promise<Launched> {
  const args = ["run", "-f", file];
  const running = await run({
    name: "dapr run",
    command: cli,
    args,
    cwd: cloneFolder,
    env,
    detached: true,
    onLine,
  });
  return {
    pids: [running.pid],
    ended: running.ended.then(({ code, signal }) => `dapr run ended (${signal ?? `code ${code}`})`),
    stop: () => running.stop(),
  };
}

/** One app of a dapr.yaml, with what is common to all of them. */
type AppEntry = {
  appID: string;
  appDirPath?: string;
  command?: string[];
  env?: Record<string, string>;
  resourcesPaths?: string[];
} & Record<string, unknown>;

/** The flag of daprd for each further field; the CLI gives some more that local runs have no use for. */
const flags: Record<string, string> = {
  appID: "app-id",
  appPort: "app-port",
  appProtocol: "app-protocol",
  daprHTTPPort: "dapr-http-port",
  daprGRPCPort: "dapr-grpc-port",
  daprInternalGRPCPort: "dapr-internal-grpc-port",
  metricsPort: "metrics-port",
  unixDomainSocket: "unix-domain-socket",
  apiListenAddresses: "dapr-listen-addresses",
  configFilePath: "config",
  logLevel: "log-level",
};
/** The fields that are read here or that mean something to the CLI only. */
const others = ["appDirPath", "command", "env", "resourcesPaths", "runtimePath"];
const ignored = ["placementHostAddress", "schedulerHostAddress", "appLogDestination", "daprdLogDestination"];

/**
 * Does for a dapr.yaml what `dapr run -f` does, without the CLI: building that would take longer than
 * everything else of a first start. Unlike the CLI it lets the apps drain before their sidecars end.
 */
export async function launchWithoutCli({ file, env: given, onLine }: LaunchOptions): Promise<Launched> {
  const { common, apps } = parse(await readFile(file, "utf8")) as { common: object; apps: AppEntry[] };
  const entries = apps.map((app): AppEntry => ({ ...common, ...app }));
  for (const entry of entries) requireKnownFields(entry, file);
  const running: { apps: Running[]; sidecars: Running[] } = { apps: [], sidecars: [] };
  const stop = async () => {
    await Promise.all(running.apps.map((each) => each.stop()));
    await Promise.all(running.sidecars.map((each) => each.stop()));
  };
  try {
    for (const entry of entries) {
      const cwd = resolve(dirname(file), entry.appDirPath ?? ".");
      const env = { ...given, ...environmentOf(entry) };
      const shared = { cwd, env, detached: true };
      const name = `the sidecar of ${entry.appID}`;
      running.sidecars.push(
        await run({ ...shared, name, command: daprdOf(entry, file), args: sidecarArguments(entry), onLine }),
      );
      const [command, ...args] = entry.command ?? [];
      if (!command) continue;
      const lineOfApp = (line: string) => onLine(`== APP - ${entry.appID} == ${line}`);
      const app = { ...shared, name: `the app ${entry.appID}`, command, args, onLine: lineOfApp };
      running.apps.push(await run({ ...app, stopDeadlineMs: 40_000 }));
    }
  } catch (error) {
    await stop();
    throw error;
  }
  const all = [...running.apps, ...running.sidecars];
  return {
    pids: all.map(({ pid }) => pid),
    ended: Promise.race(
      all.map(async ({ name, ended }) => {
        const { code, signal } = await ended;
        return `${name} ended (${signal ?? `code ${code}`})`;
      }),
    ),
    stop,
  };
}

/** Where the CLI looks for daprd, too. */
function daprdOf(entry: AppEntry, file: string): string {
  return resolve(dirname(file), String(entry.runtimePath), ".dapr", "bin", "daprd");
}

function sidecarArguments(entry: AppEntry): string[] {
  const given = Object.entries(flags).filter(([field]) => entry[field] !== undefined);
  // Neither actors nor workflows here: with the default addresses the sidecar never gets healthy.
  const without = ["--placement-host-address", "", "--scheduler-host-address", ""];
  return [
    ...given.flatMap(([field, flag]) => [`--${flag}`, String(entry[field])]),
    ...(entry.resourcesPaths ?? []).flatMap((path) => ["--resources-path", path]),
    ...without,
  ];
}

// What the CLI sets for an app; a field that is missing sets nothing.
function environmentOf(entry: AppEntry): Record<string, string> {
  const fields = {
    APP_ID: entry.appID,
    APP_PORT: entry.appPort,
    DAPR_HTTP_PORT: entry.daprHTTPPort,
    DAPR_GRPC_PORT: entry.daprGRPCPort,
    DAPR_METRICS_PORT: entry.metricsPort,
  };
  const set = Object.entries(fields).filter(([, value]) => value !== undefined);
  return { ...Object.fromEntries(set.map(([name, value]) => [name, String(value)])), ...entry.env };
}

function requireKnownFields(entry: AppEntry, file: string): void {
  const known = [...Object.keys(flags), ...others, ...ignored];
  const unknown = Object.keys(entry).filter((field) => !known.includes(field));
  if (unknown.length === 0) return;
  throw new Error(
    `${file}: ${unknown.join(", ")} can only be used with the dapr CLI. Install it, or remove the field.`,
  );
}
