import { mkdir, mkdtemp, rename, rm } from "node:fs/promises";
import { dirname, join } from "node:path";
import type { Archive } from "./archive-pins.ts";
import { type DownloadLimits, download } from "./download.ts";
import { unpackOne } from "./unpack.ts";

/**
 * Downloads an official archive and puts its program at `target`, but only when the archive is exactly the
 * pinned one. Throws one sentence with the reason otherwise, and then leaves nothing behind.
 */
export async function installArchive(
  archive: Archive,
  target: string,
  say: (line: string) => void,
  limits: DownloadLimits = {},
): Promise<void> {
  say(`Downloading ${archive.program} ${archive.version} from ${archive.url} …`);
  await mkdir(dirname(target), { recursive: true });
  // On the same disk as the target, so that the rename is one step.
  const work = await mkdtemp(`${target}-downloading-`);
  try {
    const file = join(work, "archive.tar.gz");
    const { sha256, bytes } = await download(archive.url, file, say, limits);
    if (sha256 !== archive.sha256) {
      throw new Error(
        `${archive.url} is not the pinned archive: SHA-256 ${sha256} of ${bytes} bytes, expected ${archive.sha256}`,
      );
    }
    const program = join(work, archive.program);
    await unpackOne(file, archive.program, program).catch((error: Error) => {
      throw new Error(`${archive.url} cannot be unpacked: ${error.message}`);
    });
    await rename(program, target);
  } finally {
    await rm(work, { recursive: true, force: true });
  }
}
