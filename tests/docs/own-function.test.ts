import { execFile, execFileSync } from "node:child_process";
import { cpSync, mkdirSync, mkdtempSync, readFileSync, rmSync, symlinkSync, writeFileSync } from "node:fs";
import { tmpdir } from "node:os";
import { dirname, join } from "node:path";
import { promisify } from "node:util";
import { cloneFolder } from "../../scripts/local/folders.ts";
import { consoleCommands } from "../support/console-blocks.ts";
import { startTestLab } from "../support/lab.ts";

const page = readFileSync("docs/workshop/12-your-own-function.md", "utf8");
const blocks = (language: string) =>
  [...page.matchAll(new RegExp(`^\`\`\`${language}\\n([\\s\\S]*?)^\`\`\``, "gm"))].map(([, block]) => block!);

/** A block whose first line is "// path": a new file. */
function create(clone: string, block: string): void {
  const path = join(clone, /^\/\/ (\S+)$/m.exec(block)![1]!);
  mkdirSync(dirname(path), { recursive: true });
  writeFileSync(path, block);
}

/** A block whose first line is a path; the others begin with " ", "-" or "+". */
function change(clone: string, block: string): void {
  const [name, ...lines] = block.trimEnd().split("\n");
  const path = join(clone, name!);
  const side = (sign: string) =>
    lines
      .filter((line) => line[0] === " " || line[0] === sign)
      .map((line) => line.slice(1))
      .join("\n");
  const text = readFileSync(path, "utf8");
  expect(text.split(side("-"))).toHaveLength(2);
  writeFileSync(
    path,
    text.replace(side("-"), () => side("+")),
  );
}

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
    for (const block of blocks("ts")) create(clone, block);
    for (const block of blocks("diff")) change(clone, block);
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
