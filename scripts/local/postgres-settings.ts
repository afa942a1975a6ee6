/** Where a Postgres is and who we are there. */
export type PostgresSettings = {
  host: string;
  port: number;
  user: string;
  password: string;
  database: string;
  /** libpq's sslmode, when one was asked for. */
  sslmode?: string;
};

/** The Postgres that components/entries.yaml names. */
export const defaultPostgres: PostgresSettings = {
  host: "localhost",
  port: 5432,
  user: "fib",
  password: "fib",
  database: "fib",
};

/**
 * The Postgres that the environment names: DATABASE_URL, or libpq's PGHOST, PGPORT, PGUSER,
 * PGPASSWORD, PGDATABASE and PGSSLMODE. Undefined when neither DATABASE_URL nor PGHOST nor PGPORT is set.
 */
export function postgresFromEnvironment(env: NodeJS.ProcessEnv = process.env): PostgresSettings | undefined {
  if (env.DATABASE_URL) return fromUrl(env.DATABASE_URL);
  if (!env.PGHOST && !env.PGPORT) return undefined;
  return {
    host: env.PGHOST || defaultPostgres.host,
    port: Number(env.PGPORT || defaultPostgres.port),
    user: env.PGUSER || defaultPostgres.user,
    password: env.PGPASSWORD ?? defaultPostgres.password,
    database: env.PGDATABASE || env.PGUSER || defaultPostgres.database,
    ...(env.PGSSLMODE ? { sslmode: env.PGSSLMODE } : {}),
  };
}

/** The settings as libpq's keywords and values, which is what Dapr's binding takes. */
export function connectionString({
  host,
  port,
  user,
  password,
  database,
  sslmode,
}: PostgresSettings): string {
  const values = {
    host,
    port: String(port),
    user,
    password,
    dbname: database,
    ...(sslmode ? { sslmode } : {}),
  };
  return Object.entries(values)
    .filter(([, value]) => value !== "")
    .map(([name, value]) => `${name}=${quoted(value)}`)
    .join(" ");
}

function fromUrl(text: string): PostgresSettings {
  let url: URL;
  try {
    url = new URL(text);
  } catch {
    throw new Error("DATABASE_URL is not a URL such as postgres://user:password@host:5432/database.");
  }
  const sslmode = url.searchParams.get("sslmode");
  const user = decodeURIComponent(url.username) || defaultPostgres.user;
  return {
    host: url.hostname.replace(/^\[|\]$/g, "") || defaultPostgres.host,
    port: Number(url.port || defaultPostgres.port),
    user,
    password: decodeURIComponent(url.password),
    database: decodeURIComponent(url.pathname.slice(1)) || user,
    ...(sslmode ? { sslmode } : {}),
  };
}

function quoted(value: string): string {
  return /^[\w.:/-]+$/.test(value) ? value : `'${value.replace(/[\\']/g, "\\$&")}'`;
}
