import { readFile } from "node:fs/promises";
import { dirname, join } from "node:path";
import { fileURLToPath } from "node:url";
import { z } from "zod";

/** The sidecar and the command line of Dapr, by the names of their programs. */
export type ProgramName = "daprd" | "dapr";

/** One official release archive: where it is and which content is accepted. */
export type Archive = { program: ProgramName; version: string; sha256: string; url: string };

const pin = z.strictObject({
  version: z.string().regex(/^\d+\.\d+\.\d+$/),
  sha256: z.string().regex(/^[0-9a-f]{64}$/, "must be 64 hexadecimal digits in lower case"),
});
const platform = z.string().regex(/^(linux|darwin)-(x64|arm64)$/);
const pins = z.strictObject({ daprd: z.record(platform, pin), dapr: z.record(platform, pin) });

/** The pins of every program and platform, as in archives.json. */
export type ArchivePins = z.infer<typeof pins>;

/** Where the pins are; FIB_DAPR_PINS names another file, for a mirror with archives of its own. */
export function pinsFile(): string {
  return process.env.FIB_DAPR_PINS || join(dirname(fileURLToPath(import.meta.url)), "archives.json");
}

/** Reads and checks a file of pins; a malformed one is an error that names the place. */
export async function readPins(file = pinsFile()): Promise<ArchivePins> {
  const read = pins.safeParse(JSON.parse(await readFile(file, "utf8")));
  if (read.success) return read.data;
  throw new Error(`${file} is invalid: ${z.prettifyError(read.error)}`);
}

/** This machine in the words of Node, for example linux-x64. */
export const thisPlatform = `${process.platform}-${process.arch}`;

/** The archive of a program for a platform; undefined where no checksum is pinned. */
export async function pinnedArchive(
  program: ProgramName,
  forPlatform = thisPlatform,
): Promise<Archive | undefined> {
  const found = (await readPins())[program][forPlatform];
  return found && { program, ...found, url: archiveUrl(program, found.version, forPlatform) };
}

/**
 * The address of an official archive. FIB_DAPR_RELEASES replaces https://github.com, for a mirror with the
 * same paths.
 */
export function archiveUrl(program: ProgramName, version: string, forPlatform: string): string {
  const base = (process.env.FIB_DAPR_RELEASES || "https://github.com").replace(/\/+$/, "");
  const repository = program === "daprd" ? "dapr/dapr" : "dapr/cli";
  const [system, architecture] = forPlatform.split("-");
  const file = `${program}_${system}_${architecture === "x64" ? "amd64" : architecture}.tar.gz`;
  return `${base}/${repository}/releases/download/v${version}/${file}`;
}
