import { readdir, readFile } from "node:fs/promises";
import { createRequire } from "node:module";
import { join } from "node:path";
import { gzipSync } from "node:zlib";
import type { Page } from "playwright-core";
import { cloneFolder } from "../../scripts/local/folders.ts";
import { digitsOf, enter, submission } from "./actions.ts";
import { desktop, openPage, phone } from "./browser.ts";
import { useStage } from "./stage.ts";

const kilobyte = 1_000;

describe("How the page looks and weighs", () => {
  const stage = useStage();

  test("its JavaScript is at most 30 KB, gzipped", async () => {
    const folder = join(cloneFolder, "dist/web");
    const scripts = (await readdir(folder)).filter((name) => name.endsWith(".js"));
    expect(scripts.length).toBeGreaterThan(0);
    const contents = await Promise.all(scripts.map((name) => readFile(join(folder, name))));
    const size = contents.reduce((sum, content) => sum + gzipSync(content).length, 0);
    expect(size).toBeLessThanOrEqual(30 * kilobyte);
  });

  test("it asks no other host for anything", async () => {
    const context = await stage.browser.newContext(desktop);
    const page = await context.newPage();
    const hosts = new Set<string>();
    page.on("request", (request) => hosts.add(new URL(request.url()).host));
    await page.goto(stage.system.apiUrl);
    await page.getByText("Live", { exact: true }).waitFor();
    hosts.delete("");
    expect([...hosts]).toEqual([new URL(stage.system.apiUrl).host]);
    await context.close();
  });

  test.each([
    ["a phone", phone],
    ["a tablet", { viewport: { width: 820, height: 1100 } }],
    ["a wide screen", { viewport: { width: 1920, height: 1080 } }],
  ])("on %s nothing is wider than the screen, in any part of the page", async (_name, options) => {
    const page = await openPage(stage.browser, stage.system.apiUrl, options);
    await enter(page, "1000, 30000");
    await digitsOf(submission(page, "30,000"));
    for (const part of ["history", "plots", "system", "dead-letters"]) {
      await page.evaluate((name) => {
        location.hash = name;
      }, part);
      await page.locator(`#${part}`).waitFor();
      expect(await tooWide(page)).toBeLessThanOrEqual(0);
    }
    await page.context().close();
  });

  test.each([
    ["light", desktop],
    ["dark", desktop],
    ["light", phone],
    ["dark", phone],
  ] as const)("axe finds nothing to complain about: %s, %o", async (colorScheme, options) => {
    const page = await openPage(stage.browser, stage.system.apiUrl, { ...options, colorScheme });
    expect(await violations(page)).toEqual([]);
    await enter(page, "40, 4000, 30000");
    await digitsOf(submission(page, "30,000"));
    await digitsOf(submission(page, "4,000"));
    await enter(page, "forty");
    await page.getByRole("alert").getByText("not a whole number").waitFor();
    expect(await violations(page)).toEqual([]);
    await submission(page, "30,000").first().getByRole("button", { name: "View all" }).click();
    await page.locator(".digit-row:not(.to-come)").first().waitFor();
    expect(await violations(page)).toEqual([]);
    await page.context().close();
  });

  test.each([
    ["a wide screen", desktop],
    ["a phone", phone],
  ])("nothing on the page is shifted while it loads and values arrive, on %s", async (_name, options) => {
    const context = await stage.browser.newContext(options);
    const page = await context.newPage();
    await page.addInitScript(() => {
      const shifts: string[] = [];
      Object.assign(window, { shifts });
      new PerformanceObserver((list) => {
        for (const entry of list.getEntries() as (PerformanceEntry & LayoutShift)[]) {
          if (!entry.hadRecentInput)
            shifts.push(`${entry.value} ${entry.sources.map(({ node }) => node?.textContent)}`);
        }
      }).observe({ type: "layout-shift", buffered: true });
    });
    await page.goto(stage.system.apiUrl);
    await page.getByText("Live", { exact: true }).waitFor();
    const other = await openPage(stage.browser, stage.system.apiUrl);
    // From elsewhere, too: what this page did not ask for must not push anything around.
    await enter(other, "200-240");
    await other.getByText("All 41 calculated").waitFor();
    await enter(page, "4000, 100000, 300-310");
    await page.getByText("All 13 calculated").waitFor();
    const shifts = await page.evaluate(() => (window as unknown as { shifts: string[] }).shifts);
    expect(shifts.filter((shift) => Number.parseFloat(shift) > 0.001)).toEqual([]);
    await Promise.all([page, other].map((each) => each.context().close()));
  });
});

interface LayoutShift {
  value: number;
  hadRecentInput: boolean;
  sources: { node?: Node }[];
}

const tooWide = (page: Page) => page.evaluate(() => document.documentElement.scrollWidth - innerWidth);

/** What axe has against the page, in short. */
async function violations(page: Page): Promise<string[]> {
  const axe = createRequire(import.meta.url).resolve("axe-core/axe.min.js");
  await page.evaluate(await readFile(axe, "utf8"));
  return page.evaluate(async () => {
    const { axe } = window as unknown as { axe: { run(): Promise<AxeResults> } };
    const results = await axe.run();
    return results.violations.flatMap(({ id, nodes }) => nodes.map(({ html }) => `${id}: ${html}`));
  });
}

interface AxeResults {
  violations: { id: string; nodes: { html: string }[] }[];
}
