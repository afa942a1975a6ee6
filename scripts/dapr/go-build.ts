import { createHash } from "node:crypto";
import { rmSync } from "node:fs";
import { copyFile, mkdir, mkdtemp, readdir, readFile, rename } from "node:fs/promises";
import { dirname, join } from "node:path";
import { fileURLToPath } from "node:url";
import { firstOnPath } from "../local/find-redis.ts";
import { run, runToEnd } from "../local/process.ts";
import { withProgress } from "../local/progress.ts";
import type { ProgramName } from "./archive-pins.ts";

/** One program that Go builds from the pinned modules in a folder beside this file. */
export type GoModule = {
  program: ProgramName;
  folder: string;
  version: string;
  /** Short, and another one whenever anything that is built changes. */
  key: string;
};

type Recipe = { folder: string; module: string; package: string; ldflags: (version: string) => string };

const here = dirname(fileURLToPath(import.meta.url));

const recipes: Record<ProgramName, Recipe> = {
  daprd: {
    folder: join(here, "daprd"),
    module: "github.com/dapr/dapr",
    package: ".",
    ldflags: (version) =>
      `-X github.com/dapr/dapr/pkg/buildinfo.version=${version} -X github.com/dapr/kit/logger.DaprVersion=${version}`,
  },
  dapr: {
    folder: join(here, "cli"),
    module: "github.com/dapr/cli",
    package: "github.com/dapr/cli",
    ldflags: (version) => `-X main.version=${version}`,
  },
};

/** What would be built for a program. */
export async function goModule(program: ProgramName): Promise<GoModule> {
  const { folder, module } = recipes[program];
  const key = createHash("sha256");
  for (const file of await sources(folder)) key.update(await readFile(join(folder, file)));
  const goMod = await readFile(join(folder, "go.mod"), "utf8");
  const version = new RegExp(`^\\s*(?:require )?${module} v(\\S+)`, "m").exec(goMod)?.[1];
  if (!version) throw new Error(`${folder}/go.mod does not require ${module}.`);
  return { program, folder, version, key: key.digest("hex").slice(0, 8) };
}

/** The Go that can build; undefined when there is none. FIB_GO names another one, or is "none". */
export async function findGo(): Promise<string | undefined> {
  const named = process.env.FIB_GO;
  if (named) return named === "none" ? undefined : named;
  const installed = await firstOnPath(["go"]);
  if (installed) return installed;
  // Where Go's own installer puts it; PATH often lacks it.
  const usual = "/usr/local/go/bin/go";
  return runToEnd({ name: "go", command: usual, args: ["version"] }).then(
    () => usual,
    () => undefined,
  );
}

/** Builds a program with Go and puts it at `target`; a build that is interrupted leaves nothing there. */
export async function buildWithGo(
  go: string,
  { program, folder, version }: GoModule,
  target: string,
  say: (line: string) => void,
): Promise<void> {
  say(`Building ${program} ${version} with Go, once for all clones; this takes some minutes …`);
  await mkdir(dirname(target), { recursive: true });
  // In a copy, so that Go cannot change a file of the clone, and on the disk of the target, so that the
  // rename is one step.
  const work = await mkdtemp(`${target}-building-`);
  const remove = () => rmSync(work, { recursive: true, force: true, maxRetries: 5 });
  // A start that is broken off may end before it comes to `finally`.
  process.once("exit", remove);
  try {
    for (const file of await sources(folder)) await copyFile(join(folder, file), join(work, file));
    await compile(go, program, version, work, say);
    await rename(join(work, "program"), target);
  } finally {
    process.off("exit", remove);
    remove();
  }
}

async function compile(
  go: string,
  program: ProgramName,
  version: string,
  work: string,
  say: (line: string) => void,
): Promise<void> {
  const recipe = recipes[program];
  // GOGC: the compiler collects its garbage less often, which saves a tenth of the time.
  const env = { ...process.env, CGO_ENABLED: "0", GOWORK: "off", GOGC: process.env.GOGC ?? "400" };
  const count = { downloaded: 0, packages: 0, compiled: 0 };
  const start = Date.now();
  const describe = (seconds: number) => {
    const compiled = `compiled ${count.compiled} of ${count.packages} packages`;
    return `  ${program}: ${count.packages ? compiled : `downloaded ${count.downloaded} modules`}, ${seconds} s`;
  };
  await withProgress(say, describe, async () => {
    // Lists what will be compiled, and downloads it.
    let listed = 0;
    await go_("go list", ["list", "-mod=readonly", "-deps", recipe.package], (line) => {
      if (line.startsWith("go: downloading")) count.downloaded += 1;
      else if (!line.startsWith("go:")) listed += 1;
    });
    count.packages = listed;
    const ldflags = `-s -w ${recipe.ldflags(version)}`;
    // -v names each package as it is compiled. Debug information would be stripped by -s -w anyway.
    const flags = ["-v", "-mod=readonly", "-trimpath", "-gcflags=all=-dwarf=false", "-ldflags", ldflags];
    await go_("go build", ["build", ...flags, "-o", "program", recipe.package], () => {
      count.compiled += 1;
    });
  });
  say(`  ${program}: built in ${Math.round((Date.now() - start) / 1_000)} s.`);

  async function go_(name: string, args: string[], onLine: (line: string) => void): Promise<void> {
    const step = await run({ name, command: go, args, cwd: work, env, onLine });
    if ((await step.ended).code === 0) return;
    throw new Error(`${name} of ${program} failed:\n${step.tail().split("\n").slice(-15).join("\n")}`);
  }
}

async function sources(folder: string): Promise<string[]> {
  return (await readdir(folder)).filter((file) => /\.(go|mod|sum)$/.test(file)).sort();
}
