import { createHash } from "node:crypto";
import { join, relative, sep } from "node:path";
import { type BuildContext, context } from "esbuild";
import { programOptions } from "../build/apps.ts";
import { explained } from "../build/explained.ts";
import { bundlePage, type PageFile, writePage } from "../build/page.ts";
import { writeBuilt } from "../build/write-file.ts";
import type { AppName } from "./options.ts";

/** Files of one program, by their paths. */
type Files = Map<string, Uint8Array>;

/** One build of everything that is watched, in memory. */
export type Build = { programs: Map<AppName, Files>; page: PageFile[] };

/** Builds again and again; esbuild keeps what did not change. */
export class Builds {
  readonly folder: string;
  readonly #apps: BuildContext;

  private constructor(folder: string, apps: BuildContext) {
    this.folder = folder;
    this.#apps = apps;
  }

  static async open(folder: string): Promise<Builds> {
    return new Builds(folder, await context(programOptions(folder)));
  }

  /** @throws Error with esbuild's messages */
  async build(): Promise<Build> {
    const [{ outputFiles = [] }, page] = await Promise.all([
      explained(this.#apps.rebuild()),
      bundlePage({ development: true }),
    ]);
    const programs = new Map<AppName, Files>();
    for (const { path, contents } of outputFiles) {
      const app = relative(this.folder, path).split(sep)[0] as AppName;
      const files = programs.get(app) ?? new Map();
      programs.set(app, files.set(path, contents));
    }
    return { programs, page };
  }

  async writeProgram(files: Files): Promise<void> {
    for (const [path, contents] of files) await writeBuilt(path, contents);
  }

  async writePage(files: PageFile[]): Promise<void> {
    await writePage(files, join(this.folder, "web"));
  }

  close(): Promise<void> {
    return this.#apps.dispose();
  }
}

/** The same for the same files: tells whether a program or a page changed. */
export function fingerprint(files: Iterable<[string, Uint8Array]>): string {
  const hash = createHash("sha256");
  for (const [path, contents] of files) hash.update(path).update(contents);
  return hash.digest("hex");
}
