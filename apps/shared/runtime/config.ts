import { z } from "zod";

/** Where the sidecar's HTTP API is: a Unix domain socket that only this user can reach, or a TCP port. */
export type SidecarAddress = { socketPath: string } | { host: string; port: number };

const port = z.coerce.number().int().min(1).max(65_535);

/** Settings that every app has. Names are the ones that the Dapr CLI and injector set. */
const Common = z.object({
  APP_PORT: port.default(3000),
  /** Address to listen on. Containers set "::" (every address, IPv4 included). */
  HOST: z.string().default("127.0.0.1"),
  DAPR_HTTP_PORT: port.default(3500),
  /** Folder of the sidecar's sockets, as in daprd's --unix-domain-socket; replaces the TCP port. Needs APP_ID. */
  DAPR_UNIX_DOMAIN_SOCKET: z.string().optional(),
  APP_ID: z.string().optional(),
  /** Asked of the sidecar when it is set there. */
  DAPR_API_TOKEN: z.string().optional(),
  /** When set, only callers that show it (the sidecar) reach the event functions. */
  APP_API_TOKEN: z.string().optional(),
  /** A name for this replica: the pod's name in a cluster. */
  REPLICA: z.string().optional(),
  HOSTNAME: z.string().optional(),
  LOG_LEVEL: z.enum(["trace", "debug", "info", "warn", "error", "silent"]).default("info"),
  /** Largest index that is accepted. The workshop's spelling, UPPERLIMIT, is read too. */
  UPPER_LIMIT: z.coerce.number().int().min(0).max(1_000_000_000).default(1_000_000),
  /** Seconds after SIGTERM in which requests are still taken while /readyz already says no: time for balancers to notice. */
  NOTICE_SECONDS: z.coerce.number().min(0).max(60).default(1),
  /** Seconds that a stop may take before what is left is cut off. */
  GRACE_SECONDS: z.coerce.number().min(0).max(3_600).default(25),
});

export interface AppConfig {
  appPort: number;
  host: string;
  sidecarAddress: SidecarAddress;
  daprApiToken: string | undefined;
  appApiToken: string | undefined;
  replica: string;
  logLevel: z.infer<typeof Common>["LOG_LEVEL"];
  upperLimit: number;
  noticeSeconds: number;
  graceSeconds: number;
}

/** Thrown with every bad variable in one message, so that a person fixes them all at once. */
export class ConfigError extends Error {}

/**
 * Reads an app's settings from its environment, once, at start.
 * @throws ConfigError naming every variable that is wrong.
 */
export function readConfig(env: NodeJS.ProcessEnv): AppConfig {
  const set = Object.fromEntries(Object.entries(env).filter(([, value]) => value !== ""));
  const parsed = Common.safeParse({ ...set, UPPER_LIMIT: set.UPPER_LIMIT ?? set.UPPERLIMIT });
  if (!parsed.success) {
    const lines = parsed.error.issues.map(
      (issue) => `  ${issue.path.join(".")}=${env[String(issue.path[0])]}: ${issue.message}`,
    );
    throw new ConfigError(`These settings are wrong:\n${lines.join("\n")}`);
  }
  const values = parsed.data;
  return {
    appPort: values.APP_PORT,
    host: values.HOST,
    sidecarAddress: sidecarAddress(values),
    daprApiToken: values.DAPR_API_TOKEN,
    appApiToken: values.APP_API_TOKEN,
    replica: values.REPLICA ?? `${values.HOSTNAME ?? "local"}-${process.pid}`,
    logLevel: values.LOG_LEVEL,
    upperLimit: values.UPPER_LIMIT,
    noticeSeconds: values.NOTICE_SECONDS,
    graceSeconds: values.GRACE_SECONDS,
  };
}

function sidecarAddress(values: z.infer<typeof Common>): SidecarAddress {
  const { DAPR_UNIX_DOMAIN_SOCKET: folder, APP_ID: appId, DAPR_HTTP_PORT: port } = values;
  if (folder === undefined) return { host: "127.0.0.1", port };
  if (appId === undefined) {
    throw new ConfigError("DAPR_UNIX_DOMAIN_SOCKET needs APP_ID, which is part of the socket's name.");
  }
  return { socketPath: `${folder}/dapr-${appId}-http.socket` };
}
