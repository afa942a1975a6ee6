import { access, mkdir, mkdtemp, readdir, rename, rm } from "node:fs/promises";
import { dirname, join } from "node:path";
import { runToEnd } from "./process.ts";
import { withProgress } from "./progress.ts";

/** An unpacked Redis: the server and the folder of the libraries that it needs. */
export type UnpackedRedis = { command: string; libraries: string };

/**
 * Downloads Debian's (or Ubuntu's) redis-server with the libraries that this machine lacks, through
 * apt and so with its signatures checked, and unpacks it into `folder`. Nothing is installed and no
 * service is started. What is there already is used again.
 */
export async function redisFromDebian(folder: string, say: (line: string) => void): Promise<UnpackedRedis> {
  const ready = await unpackedRedis(folder);
  if (ready) return ready;
  say(`No Redis here: unpacking the system's package redis-server into ${folder} (nothing is installed) …`);
  await mkdir(dirname(folder), { recursive: true });
  const work = await mkdtemp(`${folder}-`);
  try {
    await download(work, say);
    const packages = (await readdir(work)).filter((name) => name.endsWith(".deb"));
    for (const name of packages) await step("dpkg", ["-x", join(work, name), join(work, "root")], work);
    await rm(folder, { recursive: true, force: true });
    await rename(join(work, "root"), folder);
  } finally {
    await rm(work, { recursive: true, force: true });
  }
  const unpacked = await unpackedRedis(folder);
  if (!unpacked) throw new Error("The package redis-server holds no bin/redis-server.");
  return unpacked;
}

async function download(folder: string, say: (line: string) => void): Promise<void> {
  try {
    await downloadOnce(folder);
  } catch {
    // Images often come without package lists, or with old ones. Only root can replace the system's lists,
    // so an ordinary user gets lists of their own, beside the packages.
    const own = process.getuid?.() === 0 ? [] : await ownState(folder);
    const describe = (seconds: number) => `  apt-get update, ${seconds} s`;
    say("  getting the lists of packages (apt-get update) …");
    await withProgress(say, describe, () => step("apt-get", [...own, "update", "-qq"], folder));
    await downloadOnce(folder, own);
  }
}

async function downloadOnce(folder: string, own: string[] = []): Promise<void> {
  const simulation = [...own, "-s", "--no-install-recommends", "install", "redis-server"];
  const simulated = await step("apt-get", simulation, folder);
  const names = [...simulated.matchAll(/^Inst (\S+)/gm)].map((match) => match[1]!);
  if (names.length === 0) throw new Error("apt-get knows no package redis-server.");
  await step("apt-get", [...own, "-q", "download", ...names], folder);
}

/** Options of apt-get for lists and a cache in this folder; what is installed is still the system's. */
async function ownState(folder: string): Promise<string[]> {
  const state = join(folder, "state");
  const cache = join(folder, "cache");
  await mkdir(join(state, "lists", "partial"), { recursive: true });
  await mkdir(join(cache, "archives", "partial"), { recursive: true });
  const settings = [`Dir::State=${state}`, "Dir::State::status=/var/lib/dpkg/status", `Dir::Cache=${cache}`];
  return settings.flatMap((setting) => ["-o", setting]);
}

/** The Redis that was unpacked before; undefined when there is none. */
export async function unpackedRedis(folder: string): Promise<UnpackedRedis | undefined> {
  const command = join(folder, "usr/bin/redis-server");
  try {
    await access(command);
    const [triplet] = await readdir(join(folder, "usr/lib")).then(
      (names) => names.filter((name) => name.includes("-linux-")),
      () => [],
    );
    return { command, libraries: join(folder, "usr/lib", triplet ?? "") };
  } catch {
    return undefined;
  }
}

function step(command: string, args: string[], cwd: string): Promise<string> {
  const { http_proxy, HTTP_PROXY, https_proxy, HTTPS_PROXY } = process.env;
  const env = {
    ...process.env,
    DEBIAN_FRONTEND: "noninteractive",
    LC_ALL: "C",
    // apt-get reads only the names in lower case.
    ...((http_proxy ?? HTTP_PROXY) ? { http_proxy: http_proxy ?? HTTP_PROXY } : {}),
    ...((https_proxy ?? HTTPS_PROXY) ? { https_proxy: https_proxy ?? HTTPS_PROXY } : {}),
  };
  return runToEnd({ name: `${command} ${args[0]}`, command, args, cwd, env });
}
