import { execFile } from "node:child_process";
import { mkdir, mkdtemp, readFile, rm, symlink, writeFile } from "node:fs/promises";
import { tmpdir } from "node:os";
import { join } from "node:path";
import { promisify } from "node:util";
import { firstOnPath } from "../../../scripts/local/find-redis.ts";

/** What every stand-in answers: accepted wherever an id, a name, a password or a URL may stand. */
const answer = "00000000-0000-4000-8000-000000000000";

/** How long a page's commands may take; a loop that no answer ends fails the test after this. */
const deadlineSeconds = 30;

/** The shell blocks of a page, in order. */
export const shellBlocks = (markdown: string) =>
  [...markdown.matchAll(/^```(?:sh|bash|shell)\n([\s\S]*?)^```/gm)].map(([, block]) => block!);

/**
 * The arguments of every `az` that a page's shell blocks run, in order.
 *
 * bash itself runs the blocks, one after the other in one shell as a reader would, so that
 * variables, loops, functions, pipes and substitutions are what they are. Every other word of the
 * page that could be a program is a stand-in that succeeds and prints a dummy; `az` also writes
 * down its arguments. The shell has no other PATH and runs in an empty folder.
 */
export async function recordAz(markdown: string): Promise<string[][]> {
  const script = shellBlocks(markdown).join("\n");
  const folder = await mkdtemp(join(tmpdir(), "fib-record-"));
  const programs = join(folder, "bin");
  const log = join(folder, "log");
  try {
    await mkdir(programs);
    await mkdir(join(folder, "work"));
    await writeFile(log, "");
    const standIn = `#!/bin/bash\necho ${answer}\n`;
    const recording = `#!/bin/bash\nprintf '%s\\0' "$#" "$@" >> '${log}'\necho ${answer}\n`;
    // Folders are really made, since bash reads a here-document only for a file that it can open.
    for (const word of new Set(script.match(/[A-Za-z][\w.-]*/g)))
      if (word === "mkdir") await symlink((await firstOnPath(["mkdir"]))!, join(programs, word));
      else await writeFile(join(programs, word), word === "az" ? recording : standIn, { mode: 0o755 });
    const bash = await firstOnPath(["bash"]);
    if (!bash) throw new Error("The documented commands need bash, which is not on PATH.");
    await promisify(execFile)(bash, ["--norc", "-c", `${presets(script)}\n${script}\ntrue`], {
      cwd: join(folder, "work"),
      env: { PATH: programs, HOME: folder, TERM: "dumb" },
      timeout: deadlineSeconds * 1000,
      killSignal: "SIGKILL",
    });
    return parseLog(await readFile(log, "utf8"));
  } finally {
    await rm(folder, { recursive: true, force: true });
  }
}

/** Gives a value to each variable that the page uses without setting it. */
function presets(script: string): string {
  const used = new Set([...script.matchAll(/\$\{?([A-Z][A-Z0-9_]*)/g)].map(([, name]) => name!));
  const shells = new Set(["RANDOM", "HOME", "PATH", "PWD", "SECONDS"]);
  return [...used]
    .filter((name) => !shells.has(name))
    .map((name) => `export ${name}=dummy`)
    .join("\n");
}

/** Takes apart what the recording stand-in wrote: a count, and so many arguments, each ended by NUL. */
function parseLog(text: string): string[][] {
  const words = text.split("\0").slice(0, -1);
  const calls: string[][] = [];
  for (let at = 0; at < words.length; ) {
    const count = Number(words[at]);
    calls.push(words.slice(at + 1, at + 1 + count));
    at += 1 + count;
  }
  return calls;
}
