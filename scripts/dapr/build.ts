import { createHash } from "node:crypto";
import { access, copyFile, mkdir, mkdtemp, readFile, rename, rm } from "node:fs/promises";
import { dirname, join } from "node:path";
import { fileURLToPath } from "node:url";
import { firstOnPath } from "../local/find-redis.ts";
import { cacheFolder } from "../local/folders.ts";
import { run, runToEnd } from "../local/process.ts";
import type { Dapr } from "./find-or-build.ts";

/** One program that Go builds from a pinned module in this folder. */
type Part = {
  name: string;
  source: string;
  module: string;
  package: string;
  tags: string[];
  ldflags: (version: string) => string;
};

const here = dirname(fileURLToPath(import.meta.url));

const daprdPart: Part = {
  name: "daprd",
  source: join(here, "daprd"),
  module: "github.com/dapr/dapr",
  package: "github.com/dapr/dapr/cmd/daprd",
  // Without the tag it holds no component at all and panics at start.
  tags: ["-tags", "stablecomponents"],
  ldflags: (version) =>
    `-s -w -X github.com/dapr/dapr/pkg/buildinfo.version=${version} -X github.com/dapr/kit/logger.DaprVersion=${version}`,
};

const cliPart: Part = {
  name: "the dapr CLI",
  source: join(here, "cli"),
  module: "github.com/dapr/cli",
  package: "github.com/dapr/cli",
  tags: [],
  ldflags: (version) => `-s -w -X main.version=${version}`,
};

/**
 * Builds daprd and the CLI from their pinned Go modules into the user's cache, one after the other;
 * what is there already is used again. About 8 minutes the first time on 2 cores.
 */
export async function buildDapr(say: (line: string) => void): Promise<Dapr> {
  const versions = { daprd: await pinned(daprdPart), cli: await pinned(cliPart) };
  const key = createHash("sha256");
  for (const part of [daprdPart, cliPart]) {
    for (const file of ["go.mod", "go.sum"]) key.update(await readFile(join(part.source, file)));
  }
  const name = `dapr-${versions.daprd}-${versions.cli}-${key.digest("hex").slice(0, 8)}`;
  const runtimePath = join(cacheFolder(), name);
  const cli = join(runtimePath, "dapr");
  const daprd = join(runtimePath, ".dapr", "bin", "daprd");
  await buildOnce(daprdPart, versions.daprd, daprd, say);
  await buildOnce(cliPart, versions.cli, cli, say);
  return { cli, daprd, runtimePath };
}

async function buildOnce(part: Part, version: string, target: string, say: (line: string) => void) {
  const present = await access(target).then(
    () => true,
    () => false,
  );
  if (present) return;
  const go = await findGo();
  say(`Dapr is not installed here: building ${part.name} ${version} with Go, once; it takes some minutes.`);
  await mkdir(dirname(target), { recursive: true });
  // In a copy, so that no file of the clone can change, and on the same disk, so that the
  // rename at the end is one step: a build that was broken off leaves no half program.
  const work = await mkdtemp(`${target}-building-`);
  try {
    for (const file of ["go.mod", "go.sum"]) await copyFile(join(part.source, file), join(work, file));
    await goBuild(go, part, version, work, say);
    await rename(join(work, "program"), target);
  } finally {
    await rm(work, { recursive: true, force: true });
  }
}

async function goBuild(go: string, part: Part, version: string, work: string, say: (line: string) => void) {
  const flags = ["-mod=readonly", ...part.tags];
  const env = { ...process.env, CGO_ENABLED: "0", GOWORK: "off" };
  const start = Date.now();
  const seconds = () => `${Math.round((Date.now() - start) / 1000)} s`;
  const count = { downloaded: 0, packages: 0, compiled: 0 };
  const progress = setInterval(() => {
    const compiled = count.packages ? `compiled ${count.compiled} of ${count.packages} packages` : "";
    say(`  ${part.name}: ${seconds()}, ${compiled || `downloaded ${count.downloaded} modules`}`);
  }, 15_000);
  try {
    // Lists what will be compiled, and downloads it.
    const list = await run({
      name: "go list",
      command: go,
      args: [
        "list",
        ...flags.filter((flag) => !flag.startsWith("-s -w") && flag !== "-ldflags"),
        "-deps",
        part.package,
      ],
      cwd: work,
      env,
      onLine: (line) => {
        if (line.startsWith("go: downloading")) count.downloaded += 1;
        else count.packages += line.startsWith("go:") ? 0 : 1;
      },
    });
    await succeeded(list, part);
    const build = await run({
      name: "go build",
      command: go,
      // -v names each package as it is compiled.
      args: [
        "build",
        "-v",
        ...flags,
        "-trimpath",
        "-ldflags",
        part.ldflags(version),
        "-o",
        "program",
        part.package,
      ],
      cwd: work,
      env,
      onLine: () => {
        count.compiled += 1;
      },
    });
    await succeeded(build, part);
    say(`  ${part.name}: built in ${seconds()}.`);
  } finally {
    clearInterval(progress);
  }
}

async function succeeded(step: Awaited<ReturnType<typeof run>>, part: Part): Promise<void> {
  const { code } = await step.ended;
  if (code === 0) return;
  const tail = step.tail().split("\n").slice(-15).join("\n");
  throw new Error(`${step.name} of ${part.name} failed:\n${tail}\n\n${howToInstall}`);
}

/** How Dapr is installed without building it. */
const howToInstall = [
  "Install Dapr instead (https://docs.dapr.io/getting-started/install-dapr-cli/):",
  "  wget -q https://raw.githubusercontent.com/dapr/cli/master/install/install.sh -O - | /bin/bash",
  "  dapr init --slim",
].join("\n");

async function findGo(): Promise<string> {
  const go = (await firstOnPath(["go"])) ?? (await working("/usr/local/go/bin/go"));
  if (go) return go;
  throw new Error(`Dapr is not installed, and there is no Go here to build it with.\n${howToInstall}`);
}

async function working(program: string): Promise<string | undefined> {
  return runToEnd({ name: "go", command: program, args: ["version"] }).then(
    () => program,
    () => undefined,
  );
}

async function pinned({ source, module }: Part): Promise<string> {
  const text = await readFile(join(source, "go.mod"), "utf8");
  const version = text.split("\n").flatMap((line) => {
    const [name, value] = line
      .trim()
      .replace(/^require /, "")
      .split(/\s+/);
    return name === module && value ? [value.replace(/^v/, "")] : [];
  })[0];
  if (!version) throw new Error(`${source}/go.mod does not require ${module}.`);
  return version;
}
