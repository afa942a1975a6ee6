import { execFile } from "node:child_process";
import {
  copyFileSync,
  mkdirSync,
  mkdtempSync,
  readdirSync,
  readFileSync,
  rmSync,
  symlinkSync,
  writeFileSync,
} from "node:fs";
import { tmpdir } from "node:os";
import { dirname, join } from "node:path";
import { promisify } from "node:util";
import { cloneFolder } from "../../scripts/local/folders.ts";
import { isTaken } from "../../scripts/local/ports.ts";
import { type Running, run } from "../../scripts/local/process.ts";
import { waitFor } from "../../scripts/local/wait-for.ts";
import { buildFolders, parse } from "../deploy/support/build.ts";
import { consoleCommands, outputPattern } from "../support/console-blocks.ts";
import { change, codeBlocks, create } from "../support/page-blocks.ts";

const execute = promisify(execFile);
const folder = mkdtempSync(join(tmpdir(), "new-project-"));
const project = join(folder, "orders");
const inProject = { cwd: project, env: { ...process.env, REDIS_HOST: "" } };

/** Runs `npm run new` as if it was called in the folder of this test. */
const make = (...args: string[]) =>
  execute(process.execPath, ["--import", "tsx", "scripts/new.ts", ...args], {
    cwd: cloneFolder,
    env: { ...process.env, INIT_CWD: folder },
  });
const refused = (...args: string[]) =>
  make(...args).then(
    () => "",
    (error: { stderr: string }) => error.stderr,
  );
/** Everything that it prints; throws with it when the command fails. */
const npm = (...args: string[]) =>
  execute("npm", args, inProject).catch((error: { stdout: string; stderr: string }) => {
    throw new Error(error.stdout + error.stderr);
  });
const filesOf = (at: string) =>
  readdirSync(at, { recursive: true, withFileTypes: true })
    .filter((entry) => entry.isFile() && !/node_modules/.test(entry.parentPath))
    .map((entry) => join(entry.parentPath, entry.name));

afterAll(() => rmSync(folder, { recursive: true, force: true }));

describe("npm run new refuses", () => {
  test("a folder with something in it, which it leaves as it is", async () => {
    mkdirSync(join(folder, "taken"));
    writeFileSync(join(folder, "taken", "letter.txt"), "mine");
    expect(await refused("taken")).toMatch(/taken exists already and was left as it is/);
    expect(readdirSync(folder)).toEqual(["taken"]);
    expect(readFileSync(join(folder, "taken", "letter.txt"), "utf8")).toBe("mine");
  });

  test("a file, and a link to nowhere", async () => {
    writeFileSync(join(folder, "file"), "mine");
    symlinkSync("nowhere", join(folder, "link"));
    for (const name of ["file", "link"]) expect(await refused(name)).toMatch(/exists already/);
    expect(readFileSync(join(folder, "file"), "utf8")).toBe("mine");
  });

  test("a name that no package can have, a place inside this repository, and no folder at all", async () => {
    expect(await refused("My Orders")).toMatch(/"My Orders" cannot be the name/);
    expect(await refused(join(cloneFolder, "orders"))).toMatch(/inside this repository/);
    expect(await refused()).toMatch(/^Usage: npm run new/);
  });
});

describe("A project that npm run new writes", () => {
  let started: Running | undefined;
  const readme = () => readFileSync(join(project, "README.md"), "utf8");

  beforeAll(async () => {
    await make("orders");
    // What `npm ci` would install is in here, in the same versions.
    symlinkSync(join(cloneFolder, "node_modules"), join(project, "node_modules"));
  });
  afterAll(() => started?.stop());

  test("has no Fibonacci in it, and links to files that exist", () => {
    const texts = filesOf(project).map((path) => [path, readFileSync(path, "utf8")] as const);
    const hashes = /package-lock\.json$|go\.sum$/;
    expect(
      texts.filter(([path, text]) => !hashes.test(path) && /\bfib/i.test(text)).map(([path]) => path),
    ).toEqual([]);
    expect(texts.filter(([, text]) => text.includes("project-name")).map(([path]) => path)).toEqual([]);
    const pages = texts.filter(([path]) => path.endsWith(".md"));
    const broken = pages.flatMap(([path, text]) =>
      [...text.matchAll(/\]\((?!https?:|#)([^)#\s]+)/g)]
        .map(([, link]) => join(dirname(path), link!))
        .filter(
          (target) => !filesOf(project).some((file) => file === target || file.startsWith(`${target}/`)),
        ),
    );
    expect(broken).toEqual([]);
  });

  test("has a lock file that npm takes for its package.json", async () => {
    const { packages } = JSON.parse(readFileSync(join(project, "package-lock.json"), "utf8"));
    const manifest = JSON.parse(readFileSync(join(project, "package.json"), "utf8"));
    for (const [name, version] of Object.entries({ ...manifest.dependencies, ...manifest.devDependencies })) {
      expect(packages[`node_modules/${name}`]).toMatchObject({ version });
    }
    expect(Object.keys(packages)).not.toContain("node_modules/preact");
    expect(packages["node_modules/typescript"].dev).toBe(true);
    expect(packages["node_modules/zod"].dev).toBeUndefined();
    // It needs no network for this: everything that it asks is in the lock file.
    const copy = join(folder, "lock");
    mkdirSync(copy);
    for (const name of ["package.json", "package-lock.json"])
      copyFileSync(join(project, name), join(copy, name));
    const args = ["ci", "--dry-run", "--offline", "--ignore-scripts", "--cache", join(folder, "cache")];
    await execute("npm", args, { cwd: copy });
  });

  test("has manifests that kustomize builds, with every secret that they name", async () => {
    const [yaml = ""] = await buildFolders([join(project, "deploy/kubernetes/local")]);
    const resources = parse(yaml);
    const secrets = resources.filter(({ kind }) => kind === "Secret").map(({ metadata }) => metadata.name);
    const named = [...yaml.matchAll(/secretKeyRef:\n(?:\s+key: .*\n)?\s+name: (\S+)/g)].map(
      ([, name]) => name,
    );
    expect(named.length).toBeGreaterThan(3);
    for (const name of named) expect(secrets).toContain(name);
    for (const { kind, metadata } of resources) {
      if (kind !== "Namespace") expect([kind, metadata.name, metadata.namespace]).toContain("orders");
    }
  });

  test("passes its own tests on a real sidecar and a real Redis", async () => {
    const { stdout } = await npm("test");
    expect(stdout).toMatch(/^# pass [1-9]|^ℹ pass [1-9]/m);
    expect(stdout).toMatch(/(#|ℹ) fail 0/);
  });

  test("takes the function of its README, and its test of the names demands the topics of the function", async () => {
    for (const block of codeBlocks(readme(), "ts")) create(project, block);
    const names = () => npm("exec", "--", "tsx", "--test", "tests/names.test.ts");
    await expect(names()).rejects.toThrow(/value: ordered,ordered-dead,returned,returned-dead/);
    for (const block of codeBlocks(readme(), "diff")) change(project, block);
    await names();
    await npm("run", "lint");
    await npm("run", "types");
  });

  test("starts, and the commands of its README print what it shows", async () => {
    const offset = await start("Everything is up", "start");
    for (const { command, output } of consoleCommands(readme())) {
      const moved = command.replace(/localhost:(\d+)/, (_all, port) => `localhost:${Number(port) + offset}`);
      let printed = "";
      const fits = async () => {
        printed = (await execute("sh", ["-c", moved])).stdout;
        return outputPattern(output).test(printed);
      };
      // What an event changes is there a moment later.
      await waitFor(command, fits, { deadlineMs: 10_000 }).catch((error: Error) => {
        throw new Error(`${error.message}\n${printed}`);
      });
    }
    await started?.stop();
    expect(await isTaken(3_000 + offset)).toBe(false);
  });

  test("in development, makes a saved file live, and keeps it running beside a type error", async () => {
    const offset = await start("Watching apps/.", "run", "dev");
    const report = async () => (await fetch(`http://localhost:${3_000 + offset}/report`)).text();
    edit(
      "apps/orders/functions/read-report.ts",
      'notFound("No report was written yet.")',
      'notFound("Soon.")',
    );
    await waitFor("the change", async () => (await report()).includes("Soon."));
    const before = (await report()).length;
    edit("apps/orders/functions/read-report.ts", 'notFound("Soon.")', "notFound(12)");
    await waitFor("the message", () => /TS2345[\s\S]*Not live/.test(started!.tail()));
    expect((await report()).length).toBe(before);
    await started?.stop();
  });

  /** Runs npm until it has said this. @returns the offset of its ports. */
  async function start(said: string, ...command: string[]): Promise<number> {
    const offset = await freeOffset();
    const args = [...command, "--", "--port-offset", String(offset)];
    const running = await run({ name: "npm", command: "npm", args, ...inProject, detached: true });
    started = running;
    const failed = running.ended.then(() => Promise.reject(new Error(running.tail())));
    failed.catch(() => {});
    const up = waitFor("npm", () => running.tail().includes(said), { deadlineMs: 60_000 });
    await Promise.race([up, failed]);
    return offset;
  }

  function edit(path: string, from: string, to: string): void {
    const text = readFileSync(join(project, path), "utf8");
    expect(text).toContain(from);
    writeFileSync(join(project, path), text.replace(from, to));
  }
});

/** An offset at which every port of dapr.yaml and Redis's is free. */
async function freeOffset(): Promise<number> {
  for (let offset = 1_700; offset < 10_000; offset += 113) {
    const ports = [3_000, 3_500, 6_379, 9_091, 9_229, 50_001, 50_002].map((port) => port + offset);
    if ((await Promise.all(ports.map((port) => isTaken(port)))).every((taken) => !taken)) return offset;
  }
  throw new Error("There is no free offset.");
}
