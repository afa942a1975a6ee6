import { type ChildProcess, execFileSync, spawn } from "node:child_process";
import { createHash } from "node:crypto";
import {
  chmodSync,
  chownSync,
  cpSync,
  mkdirSync,
  mkdtempSync,
  readdirSync,
  readFileSync,
  realpathSync,
  rmSync,
  symlinkSync,
  writeFileSync,
} from "node:fs";
import { createServer, type RequestListener, type Server } from "node:http";
import type { AddressInfo } from "node:net";
import { tmpdir } from "node:os";
import { join } from "node:path";
import { findOrBuildDapr } from "../../scripts/dapr/find-or-build.ts";
import { findGo } from "../../scripts/dapr/go-build.ts";
import { firstOnPath } from "../../scripts/local/find-redis.ts";
import { cloneFolder } from "../../scripts/local/folders.ts";
import { isTaken } from "../../scripts/local/ports.ts";
import { canRun, postgresBinaries } from "../../scripts/local/postgres-binaries.ts";
import type { SystemUser } from "../../scripts/local/system-user.ts";
import { waitFor } from "../../scripts/local/wait-for.ts";
import { portsFrom } from "../../scripts/start/ports-from.ts";
import { tarGz } from "../unit/dapr/lying-server.ts";

/** A machine with Node and apt-get, but without Dapr, Go or an installed Redis. */
type Machine = { folder: string; clone: string; env: NodeJS.ProcessEnv; user: SystemUser | undefined };

const deadline = 240_000;
let machine: Machine;
let archives: Server;
let answer: RequestListener;
let archive: Buffer;
let offset: number;
let running: ChildProcess | undefined;

beforeAll(async () => {
  const { daprd } = await findOrBuildDapr();
  // Completes the package, which the machine's user cannot do in our folder.
  await postgresBinaries(undefined, tmpdir());
  archive = tarGz({ LICENSE: Buffer.from("words"), daprd: readFileSync(daprd) });
  archives = createServer((request, response) => answer(request, response));
  await new Promise<void>((resolve) => archives.listen(0, "127.0.0.1", resolve));
  machine = await makeMachine();
  offset = await freeOffset();
}, deadline);

afterEach(async () => {
  if (running && running.exitCode === null && running.signalCode === null) {
    process.kill(-running.pid!, "SIGINT");
    await new Promise((resolve) => running!.once("exit", resolve));
  }
  running = undefined;
}, deadline);

afterAll(async () => {
  archives.closeAllConnections();
  if (archives.listening) await new Promise((resolve) => archives.close(resolve));
  rmSync(machine.folder, { recursive: true, force: true });
});

test(
  "without Go, an archive that is not the pinned one ends the start with what to install",
  async () => {
    answer = (_, response) => response.end("<html>Sign in first</html>");
    const { output, ended } = npmStart();
    expect(await ended).toBe(1);
    expect(output()).toMatch(/is not the pinned archive: SHA-256 [0-9a-f]{64} of 26 bytes/);
    expect(output()).toContain("Go is not installed");
    expect(output()).toContain("dapr init --slim");
    expect(programs()).toEqual([]);
  },
  deadline,
);

test(
  "with Go, an archive that breaks off is told, and Go builds; Ctrl-C leaves no half program",
  async () => {
    const go = await findGo();
    if (!go) throw new Error("This test needs Go, as the tests of the manifests do (https://go.dev/dl).");
    answer = (_, response) => {
      response.writeHead(200, { "content-length": archive.length });
      response.write(archive.subarray(0, 1_000), () => response.destroy());
    };
    const start = npmStart({ FIB_GO: go });
    await waitFor("the build", () => /Building daprd \S+ with Go/.test(start.output()), {
      deadlineMs: 60_000,
    });
    expect(start.output()).toMatch(/could not be downloaded: it broke off after \d+ bytes/);
    start.interrupt();
    await start.ended;
    // npm ends before the program that it runs.
    await waitFor("an empty cache", () => programs().length === 0, { deadlineMs: 120_000 });
  },
  deadline,
);

test(
  "without Go and in a folder with a space, the pinned archive serves the page, offline from then on",
  async () => {
    const asked: string[] = [];
    answer = (request, response) => {
      asked.push(request.url!);
      response.end(archive);
    };
    const first = npmStart();
    await up(first);
    expect(asked).toEqual([expect.stringMatching(/^\/dapr\/dapr\/releases\/download\/v9\.9\.9\/daprd_/)]);
    await first.stop();

    // Nothing answers any more: what is needed is in the cache.
    archives.closeAllConnections();
    await new Promise((resolve) => archives.close(resolve));
    const second = npmStart({ HTTP_PROXY: "http://127.0.0.1:1", HTTPS_PROXY: "http://127.0.0.1:1" });
    await up(second);
    expect(second.output()).not.toContain("Downloading");
    await second.stop();
  },
  deadline,
);

async function up(start: ReturnType<typeof npmStart>): Promise<void> {
  const ended = start.ended.then((code) => {
    throw new Error(`npm start ended with code ${code}:\n${start.output()}`);
  });
  ended.catch(() => {});
  const isUp = () => start.output().includes("Everything is up.");
  await Promise.race([waitFor("npm start", isUp, { deadlineMs: 150_000 }), ended]);
  const { api } = await portsFrom("dapr.yaml", offset);
  const page = await fetch(`http://localhost:${api.appPort}/`);
  expect(page.headers.get("content-type")).toMatch(/html/);
  await page.text();
}

function npmStart(more: NodeJS.ProcessEnv = {}) {
  const { clone, env, user } = machine;
  const child = spawn("npm", ["start", "--", "--port-offset", String(offset)], {
    cwd: clone,
    env: { ...env, ...more },
    detached: true,
    stdio: ["ignore", "pipe", "pipe"],
    ...user,
  });
  running = child;
  let text = "";
  for (const stream of [child.stdout, child.stderr]) {
    stream.on("data", (chunk: Buffer) => {
      text += chunk.toString("utf8");
    });
  }
  const ended = new Promise<number | null>((resolve) => child.once("exit", resolve));
  const interrupt = () => process.kill(-child.pid!, "SIGINT");
  return {
    output: () => text,
    ended,
    interrupt,
    async stop() {
      interrupt();
      await ended;
    },
  };
}

/** Dapr's programs in the machine's cache, and what a broken-off download or build left. Redis may be there meanwhile. */
function programs(): string[] {
  const cache = join(machine.folder, "my home", ".cache", "fib-calculator");
  try {
    return readdirSync(cache, { recursive: true, encoding: "utf8" }).filter((path) =>
      /^dapr.*bin\/./.test(path),
    );
  } catch {
    return [];
  }
}

async function makeMachine(): Promise<Machine> {
  const folder = mkdtempSync(join(tmpdir(), "fib fresh "));
  chmodSync(folder, 0o755);
  const clone = join(folder, "my clone");
  const home = join(folder, "my home");
  const bin = join(folder, "bin");
  for (const path of [clone, home, bin]) mkdirSync(path);
  const tracked = execFileSync("git", ["ls-files", "-z"], { cwd: cloneFolder, encoding: "utf8" });
  for (const file of tracked.split("\0").filter(Boolean)) {
    try {
      cpSync(join(cloneFolder, file), join(clone, file));
    } catch {
      // Tracked, but deleted in the work tree.
    }
  }
  symlinkSync(join(cloneFolder, "node_modules"), join(clone, "node_modules"));
  const needed = [
    "node",
    "npm",
    "sh",
    "ps",
    "id",
    "test",
    "apt-get",
    "apt-config",
    "dpkg",
    "dpkg-deb",
    "tar",
  ];
  // What every system with a shell has.
  const forScripts = ["dirname", "mkdir", "chmod", "od", "tr", "ln"];
  for (const name of [
    ...needed,
    "rm",
    "env",
    "uname",
    "gzip",
    "xz",
    "zstd",
    "gpgv",
    "sort",
    "cmp",
    "cat",
    ...forScripts,
  ]) {
    const program = await firstOnPath([name]);
    if (program) symlinkSync(realpathSync(program), join(bin, name));
  }
  const pins = join(folder, "pins.json");
  const pin = { version: "9.9.9", sha256: createHash("sha256").update(archive).digest("hex") };
  const daprd = { [`${process.platform}-${process.arch}`]: pin };
  writeFileSync(pins, JSON.stringify({ daprd, dapr: {} }));
  const user = await ordinaryUser();
  if (user) for (const path of everything(folder)) chownSync(path, user.uid, user.gid);
  const env = {
    PATH: bin,
    HOME: home,
    // Go may be in its usual folder, which is looked at also where PATH does not have it.
    FIB_GO: "none",
    FIB_DAPR_PINS: pins,
    FIB_DAPR_RELEASES: `http://127.0.0.1:${(archives.address() as AddressInfo).port}`,
  };
  return { folder, clone, env, user };
}

/** Root becomes nobody, where nobody may read this clone's packages; others stay who they are. */
async function ordinaryUser(): Promise<SystemUser | undefined> {
  if (process.getuid?.() !== 0) return undefined;
  const nobody = { uid: 65534, gid: 65534 };
  return (await canRun(join(cloneFolder, "node_modules/@esbuild/linux-x64/bin/esbuild"), nobody))
    ? nobody
    : undefined;
}

function everything(folder: string): string[] {
  const inside = readdirSync(folder, { recursive: true, withFileTypes: true, encoding: "utf8" })
    // Links point out of the folder.
    .filter((entry) => !entry.isSymbolicLink())
    .map((entry) => join(entry.parentPath, entry.name));
  return [folder, ...inside];
}

async function freeOffset(): Promise<number> {
  for (;;) {
    const candidate = 11_000 + Math.floor(Math.random() * 3_900);
    const ports = Object.values(await portsFrom("dapr.yaml", candidate)).flatMap((app) => Object.values(app));
    const taken = await Promise.all(ports.map((port) => isTaken(port as number)));
    if (!taken.includes(true)) return candidate;
  }
}
