import { execFile } from "node:child_process";
import { chmod, cp, mkdtemp, readFile, rm, symlink, writeFile } from "node:fs/promises";
import { tmpdir } from "node:os";
import { join } from "node:path";
import { promisify } from "node:util";
import { waitFor } from "../../scripts/local/wait-for.ts";
import type { Ports } from "../../scripts/start/ports-from.ts";
import { startBrowser } from "../e2e/browser.ts";
import { pauseAt } from "../support/inspector.ts";
import { endStarts, freeOffset, type Start, startAndWait } from "../support/npm-start.ts";

/** A saved file has to be live within this time on two cores that have nothing else to do. */
const liveMs = 2_000;

/** How much slower than such a machine this one is now, at least 1: a start of Node takes 60 ms there. */
async function slowness(): Promise<number> {
  const from = performance.now();
  for (let at = 0; at < 3; at++) await promisify(execFile)(process.execPath, ["-e", "0"]);
  return Math.max(1, (performance.now() - from) / 3 / 60);
}

/** `npm run dev` in a copy of this clone, whose files can be edited. */
describe("npm run dev", () => {
  let clone: string;
  let ports: Ports;
  let offset: number;
  let start: Start;

  beforeAll(async () => {
    ({ offset, ports } = await freeOffset());
    clone = await mkdtemp(join(tmpdir(), "fib-dev-"));
    // As root, Postgres runs as another user, who has to get in.
    await chmod(clone, 0o711);
    const copied = [
      "apps",
      "scripts",
      "components",
      "package.json",
      "tsconfig.json",
      "dapr.yaml",
      "dapr-config.yaml",
    ];
    for (const name of copied) await cp(name, join(clone, name), { recursive: true });
    await symlink(join(process.cwd(), "node_modules"), join(clone, "node_modules"));
    start = await startAndWait({ folder: join(clone, ".local"), offset, clone }, ["run", "dev"]);
    await waitFor("the first check", () => /Watching apps/.test(start.output()));
  }, 150_000);
  afterAll(async () => {
    await endStarts();
    if (process.env.SHOW_OUTPUT) process.stdout.write(start.output());
    await rm(clone, { recursive: true, force: true });
  }, 60_000);

  const api = (path: string) => `http://localhost:${ports.api.appPort}${path}`;
  const text = async (path: string) => (await fetch(api(path))).text();
  const replace = async (path: string, from: string | RegExp, to: string) => {
    const file = join(clone, path);
    const before = await readFile(file, "utf8");
    expect(before).toMatch(from);
    await writeFile(file, before.replace(from, to));
    return () => writeFile(file, before);
  };
  const livesAgain = (since: number) =>
    waitFor("the change to be live", () => /Live: /.test(start.output().slice(since)), {
      deadlineMs: 30_000,
      everyMs: 10,
    });

  test("a saved file of the API is live in two seconds, while its sidecar goes on", async () => {
    const since = start.output().length;
    const slower = await slowness();
    const from = performance.now();
    const undo = await replace("apps/api/functions/read-value.ts", "was not entered yet", "is not known yet");
    try {
      await waitFor(
        "the new sentence",
        async () => (await text("/values/999")).includes("is not known yet"),
        {
          deadlineMs: 30_000,
          everyMs: 10,
        },
      );
      const took = performance.now() - from;
      process.stdout.write(
        `  live after ${Math.round(took)} ms; the machine is ${slower.toFixed(1)} times slower\n`,
      );
      expect(took).toBeLessThan(liveMs * slower);
      await livesAgain(since);
      expect(start.output().slice(since)).not.toContain("sidecar starts again");
    } finally {
      const again = start.output().length;
      await undo();
      await livesAgain(again);
    }
  }, 90_000);

  test("no event that was accepted during restarts of both apps is lost", async () => {
    const accepted: number[] = [];
    let ends = false;
    const submits = (async () => {
      for (let index = 2_000; !ends; index++) {
        const body = JSON.stringify({ index });
        const status = await fetch(api("/values"), {
          method: "POST",
          headers: { "content-type": "application/json" },
          body,
        }).then(
          async (response) => {
            await response.text();
            return response.status;
          },
          () => 0,
        );
        if (status === 202) accepted.push(index);
        await new Promise((resolve) => setTimeout(resolve, 10));
      }
    })();
    for (const path of ["apps/calculator/main.ts", "apps/api/main.ts"]) {
      const since = start.output().length;
      await replace(path, /$/, `\nprocess.env.EDITED = "${path}";\n`);
      await livesAgain(since);
    }
    ends = true;
    await submits;
    expect(accepted.length).toBeGreaterThan(20);
    await waitFor(
      "every accepted index to be recorded and calculated",
      async () => {
        const recorded = new Set(
          (JSON.parse(await text("/values/all")) as { number: number }[]).map(({ number }) => number),
        );
        if (!accepted.every((index) => recorded.has(index))) return false;
        const states = await Promise.all(accepted.map((index) => text(`/values/${index}`)));
        return states.every((state) => state.includes('"calculated"'));
      },
      { deadlineMs: 60_000, everyMs: 500 },
    );
  }, 150_000);

  test("an error of a build or of a type is shown, and what ran before still runs", async () => {
    for (const [wrong, message] of [
      ["export const broken = ;", /read-value\.ts.*|Unexpected/],
      ["export const wrong: number = 'text';", /TS2322|not assignable/],
    ] as const) {
      const since = start.output().length;
      const undo = await replace("apps/api/functions/read-value.ts", /$/, `\n${wrong}\n`);
      try {
        await waitFor("the error", () => /Not live/.test(start.output().slice(since)), {
          deadlineMs: 30_000,
        });
        expect(start.output().slice(since)).toMatch(message);
        expect((await fetch(api("/healthz"))).status).toBe(200);
        expect(await text("/values/999")).toContain("was not entered yet");
      } finally {
        await undo();
      }
    }
  }, 90_000);

  test("a breakpoint that is set in TypeScript is hit at its line", async () => {
    const source = "apps/api/functions/read-value.ts";
    const lines = (await readFile(join(clone, source), "utf8")).split("\n");
    const line = lines.findIndex((each) => each.includes("was not entered yet")) + 1;
    const port = 9_229 + offset;
    expect(start.output()).toContain(`127.0.0.1:${port}`);
    const hit = await pauseAt(port, source, line, () => void text("/values/998").catch(() => {}));
    expect(hit).toEqual({ source: expect.stringMatching(/functions\/read-value\.ts$/), line });
  }, 60_000);

  test("an open page loads again after a change of the page", async () => {
    const browser = await startBrowser();
    try {
      const page = await (await browser.newContext()).newPage();
      await page.goto(api("/"));
      await page.getByText("Live", { exact: true }).waitFor();
      const slower = await slowness();
      const from = performance.now();
      await replace("apps/web/index.html", /<title>.*<\/title>/, "<title>Edited</title>");
      await page.waitForFunction(() => document.title === "Edited", undefined, { timeout: 30_000 });
      const took = performance.now() - from;
      process.stdout.write(
        `  page live after ${Math.round(took)} ms; the machine is ${slower.toFixed(1)} times slower\n`,
      );
      expect(took).toBeLessThan(liveMs * slower);
    } finally {
      await browser.close();
    }
  }, 90_000);
});
