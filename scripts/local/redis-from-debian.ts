import { access, mkdir, mkdtemp, readdir, rename, rm } from "node:fs/promises";
import { dirname, join } from "node:path";
import { runToEnd } from "./process.ts";

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
  } catch (error) {
    // Images often come without package lists, or with old ones; only root can get new ones.
    if (process.getuid?.() !== 0) throw error;
    say("  getting the lists of packages (apt-get update) …");
    await step("apt-get", ["update", "-qq"], folder);
    await downloadOnce(folder);
  }
}

async function downloadOnce(folder: string): Promise<void> {
  const simulated = await step(
    "apt-get",
    ["-s", "--no-install-recommends", "install", "redis-server"],
    folder,
  );
  const names = [...simulated.matchAll(/^Inst (\S+)/gm)].map((match) => match[1]!);
  if (names.length === 0) throw new Error("apt-get knows no package redis-server.");
  await step("apt-get", ["-q", "download", ...names], folder);
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
  const env = { ...process.env, DEBIAN_FRONTEND: "noninteractive", LC_ALL: "C" };
  return runToEnd({ name: `${command} ${args[0]}`, command, args, cwd, env });
}
