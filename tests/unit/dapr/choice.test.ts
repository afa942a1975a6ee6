import { chmod, mkdir, mkdtemp, rm, writeFile } from "node:fs/promises";
import { tmpdir } from "node:os";
import { join } from "node:path";
import { archiveUrl, pinnedArchive, readPins, thisPlatform } from "../../../scripts/dapr/archive-pins.ts";
import { choose } from "../../../scripts/dapr/choose.ts";
import { goModule } from "../../../scripts/dapr/go-build.ts";

let home: string;
const names = ["HOME", "PATH", "XDG_CACHE_HOME", "FIB_GO", "FIB_DAPR_PINS", "FIB_DAPR_RELEASES"];
const before = Object.fromEntries(names.map((name) => [name, process.env[name]]));

beforeEach(async () => {
  home = await mkdtemp(join(tmpdir(), "fib home "));
  process.env.HOME = home;
  // Only what this test puts there: neither Go nor Dapr of the machine.
  process.env.PATH = join(home, "bin");
  for (const name of ["XDG_CACHE_HOME", "FIB_GO", "FIB_DAPR_PINS", "FIB_DAPR_RELEASES"])
    delete process.env[name];
});

afterEach(async () => {
  for (const [name, value] of Object.entries(before)) {
    if (value === undefined) delete process.env[name];
    else process.env[name] = value;
  }
  await rm(home, { recursive: true, force: true, maxRetries: 20, retryDelay: 100 });
});

test("the pins name both programs, with the versions of this project's Dapr", async () => {
  const pins = await readPins();
  const daprd = await goModule("daprd");
  for (const { version } of Object.values(pins.daprd))
    expect(sameMinor(version)).toBe(sameMinor(daprd.version));
  for (const { version } of Object.values(pins.dapr))
    expect(sameMinor(version)).toBe(sameMinor(daprd.version));
  expect(Object.keys(pins.dapr).sort()).toEqual(["darwin-arm64", "darwin-x64", "linux-arm64", "linux-x64"]);
});

test("an archive's address is the official one, or the same path of a mirror", async () => {
  const path = "dapr/dapr/releases/download/v1.18.2/daprd_linux_amd64.tar.gz";
  expect(archiveUrl("daprd", "1.18.2", "linux-x64")).toBe(`https://github.com/${path}`);
  process.env.FIB_DAPR_RELEASES = "http://127.0.0.1:9/mirror/";
  expect(archiveUrl("daprd", "1.18.2", "linux-x64")).toBe(`http://127.0.0.1:9/mirror/${path}`);
  expect(archiveUrl("dapr", "1.18.0", "darwin-arm64")).toBe(
    "http://127.0.0.1:9/mirror/dapr/cli/releases/download/v1.18.0/dapr_darwin_arm64.tar.gz",
  );
});

test("a checksum that is none is told with its place", async () => {
  const file = join(home, "pins.json");
  await writeFile(
    file,
    JSON.stringify({ dapr: {}, daprd: { "linux-x64": { version: "1.18.2", sha256: "abc" } } }),
  );
  await expect(readPins(file)).rejects.toThrow(/pins\.json is invalid: [\s\S]*64 hexadecimal[\s\S]*sha256/);
});

test("without a pinned checksum no archive is used", async () => {
  process.env.FIB_DAPR_PINS = join(home, "pins.json");
  await writeFile(process.env.FIB_DAPR_PINS, JSON.stringify({ daprd: {}, dapr: {} }));
  expect(await pinnedArchive("daprd")).toBeUndefined();
  const { ways, notes } = await choose("daprd");
  expect(ways.filter(({ from }) => from === "archive")).toEqual([]);
  expect(notes).toContain(`no checksum of its archive for ${thisPlatform} is pinned`);
});

test.each([
  ["1.16.9", "older than 1.17"],
  ["1.4.0", "older than 1.17"],
])("an installed daprd %s is not used, and why is told", async (version, why) => {
  await program(join(home, ".dapr", "bin", "daprd"), version);
  const { present, notes } = await choose("daprd");
  expect(present).toBeUndefined();
  expect(notes[0]).toContain(why);
});

test.each(["1.17.0", "1.18.3", "1.18.0-rc.1", "2.0.0"])("an installed daprd %s is used", async (version) => {
  const path = join(home, ".dapr", "bin", "daprd");
  await program(path, version);
  expect((await choose("daprd")).present).toMatchObject({ from: "installed", path, version });
});

test("what was built before is used again, until a source of it changes", async () => {
  const { version, key } = await goModule("daprd");
  const built = join(home, ".cache/fib-calculator", `daprd-${version}-${key}`, ".dapr/bin/daprd");
  await program(built, version);
  expect((await choose("daprd")).present).toEqual({ from: "cache", path: built, version });
});

async function program(path: string, version: string): Promise<void> {
  await mkdir(join(path, ".."), { recursive: true });
  await writeFile(path, `#!/bin/sh\necho ${version}\n`);
  await chmod(path, 0o755);
}

function sameMinor(version: string): string {
  return version.split(".").slice(0, 2).join(".");
}
