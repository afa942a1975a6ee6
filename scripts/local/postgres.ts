import { createHash, randomBytes } from "node:crypto";
import { access, mkdir, readFile, rm, writeFile } from "node:fs/promises";
import { tmpdir } from "node:os";
import { basename, join, resolve } from "node:path";
import { Client } from "pg";
import { freePort } from "./ports.ts";
import { canRun, postgresBinaries } from "./postgres-binaries.ts";
import { endLeftover } from "./postgres-leftover.ts";
import { leastPrivilegedRole } from "./postgres-role.ts";
import { connectionString, type PostgresSettings } from "./postgres-settings.ts";
import { runToEnd } from "./process.ts";
import { type Service, startService } from "./service.ts";
import { giveTo, type SystemUser, unprivilegedUser } from "./system-user.ts";

/** A Postgres server that we started, and how to reach it as the role that owns our tables. */
export type Postgres = Service &
  PostgresSettings & {
    /** The superuser, whom nothing but the set-up needs. */
    readonly admin: PostgresSettings;
    /** For Dapr's binding. */
    readonly connectionString: string;
    /** Where the data really is; not always in the folder that was asked for. */
    readonly dataFolder: string;
  };

/** How Postgres is started. */
export type PostgresOptions = {
  /** By default any free one. */
  port?: number;
  /** Where the data lives; made when missing. */
  folder: string;
  /** Settings of postgresql.conf, for example `{ max_connections: "50" }`. */
  settings?: Record<string, string>;
  say?: (line: string) => void;
  detached?: boolean;
  onLine?: (line: string) => void;
};

/**
 * Starts the Postgres that npm brought, for this machine only, and waits until it answers. The data
 * and its generated password stay for the next start.
 */
export async function startPostgres(options: PostgresOptions): Promise<Postgres> {
  const { settings = {}, say = console.log, detached, onLine } = options;
  const wanted = resolve(options.folder);
  const user = await unprivilegedUser(join(wanted, "data"));
  const home = await reachableHome(wanted, user, say);
  const data = join(home, "data");
  const binaries = await postgresBinaries(user, sharedFolder());
  const password = await initialise(home, binaries.initdb, user);
  const port = options.port ?? (await freePort());
  const login = { host: "127.0.0.1", port, user: "postgres", password, database: "postgres" };
  const flags = {
    listen_addresses: "127.0.0.1",
    // No socket file, so nothing of ours lies in a shared folder.
    unix_socket_directories: "",
    ...settings,
  };
  const service = await startService({
    command: {
      name: "postgres",
      command: binaries.postgres,
      args: [
        "-D",
        data,
        "-p",
        String(port),
        ...Object.entries(flags).flatMap(([k, v]) => ["-c", `${k}=${v}`]),
      ],
      cwd: "/",
      // SIGINT is Postgres's "fast" shutdown: SIGTERM would wait for every client to leave.
      stopSignal: "SIGINT",
      ...user,
      ...(detached === undefined ? {} : { detached }),
      ...(onLine ? { onLine } : {}),
    },
    before: () => endLeftover(data, say),
    ready: () => answers(login),
    readyWhat: `Postgres on port ${port}`,
  });
  try {
    const role = await leastPrivilegedRole(login);
    const more = { admin: login, connectionString: connectionString(role), dataFolder: home };
    return Object.assign(service, role, more);
  } catch (error) {
    await service.stop();
    throw error;
  }
}

/** True when this Postgres lets us in and answers; throws the reason otherwise. */
export async function answers(postgres: PostgresSettings): Promise<boolean> {
  const { host, port, user, password, database, sslmode } = postgres;
  const ssl =
    sslmode && sslmode !== "disable" ? { ssl: { rejectUnauthorized: sslmode.startsWith("verify") } } : {};
  const client = new Client({ host, port, user, password, database, ...ssl, connectionTimeoutMillis: 3_000 });
  // The server may go away at any time; that is no reason for us to end.
  client.on("error", () => {});
  await client.connect();
  try {
    await client.query("SELECT 1");
    return true;
  } finally {
    await client.end();
  }
}

async function initialise(home: string, initdb: string, user: SystemUser | undefined): Promise<string> {
  const passwordFile = join(home, "password");
  const data = join(home, "data");
  const complete = await access(join(data, "PG_VERSION")).then(
    () => true,
    () => false,
  );
  if (complete) return (await readFile(passwordFile, "utf8")).trim();
  const password = randomBytes(18).toString("base64url");
  // What a broken-off initdb left would make this one refuse.
  await rm(data, { recursive: true, force: true });
  await mkdir(data, { mode: 0o700 });
  await giveTo(data, user);
  await writeFile(passwordFile, `${password}\n`, { mode: 0o600 });
  await giveTo(passwordFile, user);
  const who = ["--username=postgres", "--auth=scram-sha-256", `--pwfile=${passwordFile}`];
  const args = [`--pgdata=${data}`, ...who, "--encoding=UTF8", "--no-locale"];
  await runToEnd({ name: "initdb", command: initdb, args, cwd: "/", ...user });
  return password;
}

// Only root has this trouble: the server runs as another user, who cannot pass a folder above
// that is closed to others, as many home folders are.
async function reachableHome(wanted: string, user: SystemUser | undefined, say: (line: string) => void) {
  await mkdir(wanted, { recursive: true });
  if (!user || (await canRun(wanted, user))) return wanted;
  const key = createHash("sha256").update(wanted).digest("hex").slice(0, 12);
  const other = join(sharedFolder(), `${basename(wanted)}-${key}`);
  await mkdir(other, { recursive: true, mode: 0o755 });
  say(`Postgres cannot run as root, and its user cannot enter ${wanted}: its data is in ${other}.`);
  return other;
}

function sharedFolder(): string {
  return process.platform === "linux" ? "/var/lib/fib-calculator" : join(tmpdir(), "fib-calculator");
}
