import { execFile, execFileSync } from "node:child_process";
import { cpSync, mkdtempSync, readFileSync, rmSync, symlinkSync, writeFileSync } from "node:fs";
import { tmpdir } from "node:os";
import { join } from "node:path";
import { promisify } from "node:util";
import { cloneFolder } from "../../scripts/local/folders.ts";
import { consoleCommands } from "../support/console-blocks.ts";
import { startTestLab } from "../support/lab.ts";
import { change, codeBlocks, create } from "../support/page-blocks.ts";

const page = readFileSync("docs/workshop/12-your-own-function.md", "utf8");

describe("A function of one's own, as chapter 12 adds it", () => {
  const clone = mkdtempSync(join(tmpdir(), "fib-own-"));
  let lab: Awaited<ReturnType<typeof startTestLab>> | undefined;
  const run = (...args: string[]) => promisify(execFile)(process.execPath, args, { cwd: clone });

  beforeAll(() => {
    for (const each of [
      "apps",
      "components",
      "scripts",
      "tests/unit",
      "tests/support",
      "dapr.yaml",
      "dapr-config.yaml",
    ]) {
      cpSync(each, join(clone, each), { recursive: true });
    }
    for (const each of ["package.json", "tsconfig.json", "jest.config.js"]) cpSync(each, join(clone, each));
    symlinkSync(join(cloneFolder, "node_modules"), join(clone, "node_modules"));
  });
  afterAll(async () => {
    await lab?.stop();
    rmSync(clone, { recursive: true, force: true });
  }, 90_000);

  test("its files and changes fit, and the types are right", async () => {
    for (const block of codeBlocks(page, "ts")) create(clone, block);
    for (const block of codeBlocks(page, "diff")) change(clone, block);
    // What tests and benchmarks of other folders import is not in the copy.
    writeFileSync(
      join(clone, "tsconfig.own.json"),
      '{"extends":"./tsconfig.json","include":["apps/api","apps/calculator","apps/shared"]}',
    );
    await run("node_modules/typescript/bin/tsc", "--noEmit", "-p", "tsconfig.own.json").catch((error) => {
      throw new Error(error.stdout);
    });
    execFileSync(
      process.execPath,
      [
        "--experimental-vm-modules",
        "node_modules/jest/bin/jest.js",
        "--selectProjects",
        "unit",
        "--testPathPatterns",
        "names",
      ],
      { cwd: clone, stdio: "pipe" },
    );
  }, 180_000);

  test("its commands print what it shows", async () => {
    lab = await startTestLab(clone);
    for (const command of consoleCommands(page)) await lab.check(command);
  }, 240_000);
});
