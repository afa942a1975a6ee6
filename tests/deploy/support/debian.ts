import { access, mkdir, mkdtemp, readdir, rename, rm } from "node:fs/promises";
import { dirname, join } from "node:path";
import { firstOnPath } from "../../../scripts/local/find-redis.ts";
import { cacheFolder } from "../../../scripts/local/folders.ts";
import { runToEnd } from "../../../scripts/local/process.ts";

/**
 * Unpacks Debian packages into our cache, once for this user: nothing is installed and no service starts.
 * @param name of the folder in the cache.
 * @param packages names; what apt would install with them is unpacked too.
 * @returns the folder that is their root.
 * @throws where there is no apt-get, or it does not find them.
 */
export async function unpackDebian(name: string, packages: string[]): Promise<string> {
  const folder = join(cacheFolder(), name);
  if (
    await access(folder).then(
      () => true,
      () => false,
    )
  )
    return folder;
  if (!(await firstOnPath(["apt-get"]))) throw new Error(`neither ${packages} nor apt-get is on PATH`);
  await mkdir(dirname(folder), { recursive: true });
  const work = await mkdtemp(`${folder}-`);
  const apt = (args: string[]) => runToEnd({ name: "apt-get", command: "apt-get", args, cwd: work });
  try {
    const planned = await apt(["-s", "--no-install-recommends", "install", ...packages]);
    const names = [...planned.matchAll(/^Inst (\S+)/gm)].map(([, each]) => each!);
    await apt(["-q", "download", ...names]);
    for (const each of (await readdir(work)).filter((file) => file.endsWith(".deb")))
      await runToEnd({ name: "dpkg", command: "dpkg", args: ["-x", join(work, each), join(work, "root")] });
    await rename(join(work, "root"), folder);
    return folder;
  } finally {
    await rm(work, { recursive: true, force: true });
  }
}
