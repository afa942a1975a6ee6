import { mkdir, readFile, rename, rm, writeFile } from "node:fs/promises";
import { dirname } from "node:path";

/**
 * Writes a built file in one step, and only when its content changed: a program that is being loaded, or a page
 * that is being served, never meets half a file, also when two builds run at once.
 */
export async function writeBuilt(path: string, contents: Uint8Array | string): Promise<void> {
  const wanted = Buffer.from(contents);
  const present = await readFile(path).catch(() => undefined);
  if (present?.equals(wanted)) return;
  await mkdir(dirname(path), { recursive: true });
  const half = `${path}.${process.pid}.tmp`;
  try {
    await writeFile(half, wanted);
    await rename(half, path);
  } finally {
    await rm(half, { force: true });
  }
}
