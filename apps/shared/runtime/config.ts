import { join } from "node:path";
import { z } from "zod";

const port = z.coerce.number().int().min(1).max(65_535);

/** Settings that every app has. Names are the ones that the Dapr CLI and injector set, where there are such. */
const Runtime = z.object({
  APP_ID: z.string().optional(),
  APP_PORT: port.default(3000),
  /** The address that the app listens on: 127.0.0.1 on a laptop, 0.0.0.0 or :: in a container. */
  HOST: z.string().default("127.0.0.1"),
  /** Names that a request may have in its Host header, separated by commas; "*" for any. */
  ALLOWED_HOSTS: z.string().optional(),
  /** The port of GET /metrics; without it, metrics are on the app's own port. */
  METRICS_PORT: port.optional(),
  DAPR_HTTP_PORT: port.default(3500),
  /** The folder with the sidecar's sockets, when it listens on Unix domain sockets instead of TCP. */
  DAPR_UNIX_DOMAIN_SOCKET: z.string().optional(),
  /** Asked of the app by the sidecar when it is set there. */
  DAPR_API_TOKEN: z.string().optional(),
  /** When set, only callers that present it (the sidecar does) reach the event functions. */
  APP_API_TOKEN: z.string().optional(),
  /** When set, operator routes need it as a bearer token. */
  OPERATOR_TOKEN: z.string().optional(),
  /** A name for this replica: the pod's name in a cluster. */
  REPLICA: z.string().optional(),
  HOSTNAME: z.string().optional(),
  LOG_LEVEL: z.enum(["trace", "debug", "info", "warn", "error", "silent"]).default("info"),
  /** Seconds after SIGTERM in which requests are still taken while /readyz already says no: time for balancers to notice. */
  NOTICE_SECONDS: z.coerce.number().min(0).max(60).default(1),
  /** Seconds that a stop may take before what is left is cut off. */
  GRACE_SECONDS: z.coerce.number().min(0).max(3_600).default(25),
});

/** Where the sidecar's HTTP API is. */
export type SidecarAddress = { socketPath: string } | { host: string; port: number };

export interface RuntimeConfig {
  appPort: number;
  host: string;
  allowedHosts: string[];
  metricsPort: number | undefined;
  sidecarAddress: SidecarAddress;
  daprApiToken: string | undefined;
  appApiToken: string | undefined;
  operatorToken: string | undefined;
  replica: string;
  logLevel: z.infer<typeof Runtime>["LOG_LEVEL"];
  noticeSeconds: number;
  graceSeconds: number;
}

/** The app's own settings by their variables, for example `{ UPPER_LIMIT: z.coerce.number() }`. */
export type Settings = z.ZodRawShape;
export type SettingsOf<Shape extends Settings> = z.infer<z.ZodObject<Shape>>;

/** Thrown with every invalid variable in one message, so that a person fixes them all at once. */
export class ConfigError extends Error {}

/**
 * Reads an app's settings from its environment, once, at start. An empty variable counts as unset.
 * @param settings the app's own, beside the runtime's.
 * @param defaultAppId the app id where the environment has none.
 * @throws ConfigError naming every variable that is invalid.
 */
export function readConfig<Shape extends Settings>(
  env: NodeJS.ProcessEnv,
  settings: Shape,
  defaultAppId: string,
): { config: RuntimeConfig; settings: SettingsOf<Shape> } {
  const set = Object.fromEntries(Object.entries(env).filter(([, value]) => value !== ""));
  const runtime = Runtime.safeParse(set);
  const own = z.object(settings).safeParse(set);
  if (!runtime.success || !own.success) {
    const issues = [...(runtime.error?.issues ?? []), ...(own.error?.issues ?? [])];
    const lines = issues.map(
      ({ path, message }) => `  ${path.join(".")}=${set[String(path[0])] ?? ""}: ${message}`,
    );
    throw new ConfigError(`These settings are invalid:\n${lines.join("\n")}`);
  }
  const values = runtime.data;
  const folder = values.DAPR_UNIX_DOMAIN_SOCKET;
  return {
    config: {
      appPort: values.APP_PORT,
      host: values.HOST,
      allowedHosts: allowedHosts(values.ALLOWED_HOSTS, values.HOST),
      metricsPort: values.METRICS_PORT,
      sidecarAddress: folder
        ? { socketPath: join(folder, `dapr-${values.APP_ID ?? defaultAppId}-http.socket`) }
        : { host: "127.0.0.1", port: values.DAPR_HTTP_PORT },
      daprApiToken: values.DAPR_API_TOKEN,
      appApiToken: values.APP_API_TOKEN,
      operatorToken: values.OPERATOR_TOKEN,
      replica: values.REPLICA ?? `${values.HOSTNAME ?? "local"}-${process.pid}`,
      logLevel: values.LOG_LEVEL,
      noticeSeconds: values.NOTICE_SECONDS,
      graceSeconds: values.GRACE_SECONDS,
    },
    settings: own.data,
  };
}

/** An app that listens on loopback is called by names of this machine; one that listens elsewhere has names that only its operator knows. */
function allowedHosts(given: string | undefined, host: string): string[] {
  if (given !== undefined) return given.split(",").map((name) => name.trim());
  const onLoopback = /^(127\.|::1$|localhost$)/.test(host);
  return onLoopback ? ["localhost", "*.localhost"] : ["*"];
}
