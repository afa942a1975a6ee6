import type { Page } from "playwright-core";
import { post } from "../support/client.ts";
import { digitsOf, enter, submission } from "./actions.ts";
import { desktop, openPage } from "./browser.ts";
import { useStage } from "./stage.ts";

/** Long enough to kill its calculator in mid-work. */
const long = 600_000_000;

/** Counts the dots that the page draws from now on. */
async function countDots(page: Page): Promise<() => Promise<number>> {
  await page.evaluate(() => {
    const seen = { dots: 0 };
    Object.assign(window, { seen });
    new MutationObserver((changes) => {
      for (const { addedNodes } of changes) {
        for (const node of addedNodes) if (node instanceof Element && node.matches(".flow-dot")) seen.dots++;
      }
    }).observe(document.querySelector(".flow-map")!, { childList: true, subtree: true });
  });
  return () => page.evaluate(() => (window as unknown as { seen: { dots: number } }).seen.dots);
}

describe("The live diagram", () => {
  const stage = useStage({ UPPER_LIMIT: "1000000000" });

  test("it introduces the system to a first-time visitor, and moves nothing before an event arrives", async () => {
    const page = await openPage(stage.browser, stage.system.apiUrl);
    const dots = await countDots(page);
    const flow = page.getByRole("region", { name: "What happens when you press Calculate?" });
    await flow.getByText("The API puts your entry on a Redis stream.").waitFor();
    // Four seconds later, the page has asked for the state of the system again.
    await page.waitForResponse((response) => response.url().endsWith("/system"));
    expect(await dots()).toBe(0);
    await page.context().close();
  });

  test("a submission moves through the stations, and its story tells how long each step took", async () => {
    const page = await openPage(stage.browser, stage.system.apiUrl);
    const other = await openPage(stage.browser, stage.system.apiUrl);
    const [dots, othersDots] = [await countDots(page), await countDots(other)];
    await enter(page, "40");
    const story = page.locator(".flow-story");
    await story.getByText(/^F\(40\) was accepted after [\d.]+ (ms|s)\. Recorded in Postgres after/).waitFor();
    await story.getByText(/ calculated it in [\d.]+ ms; the value was here after [\d.]+ (ms|s)\.$/).waitFor();
    const calculator = await page.locator(".flow-calculator").first().getAttribute("title");
    expect(await story.textContent()).toContain(` ${calculator} calculated it in `);
    expect(await dots()).toBeGreaterThanOrEqual(3);
    // Another page sees the recorded entry and the value, and tells no story: it submitted nothing.
    await other.locator(".flow-calculator .replica").waitFor();
    expect(await othersDots()).toBeGreaterThanOrEqual(2);
    await other.getByText("The API puts your entry on a Redis stream.").waitFor();
    // Every dot ends.
    await page.waitForFunction(() => !document.querySelector(".flow-dot"));
    await Promise.all([page, other].map((each) => each.context().close()));
  });

  test("a value that was calculated before comes back without a calculator", async () => {
    await post(`${stage.system.apiUrl}/values`, { index: 55 });
    const first = await openPage(stage.browser, stage.system.apiUrl);
    await enter(first, "55");
    await digitsOf(submission(first, "55"));
    const page = await openPage(stage.browser, stage.system.apiUrl);
    await enter(page, "55");
    await page.locator(".flow-story").getByText(" had calculated it before; ").waitFor();
    await Promise.all([first, page].map((each) => each.context().close()));
  });

  test("with reduced motion the stations light up, and no dot moves", async () => {
    const page = await openPage(stage.browser, stage.system.apiUrl, { ...desktop, reducedMotion: "reduce" });
    await page.evaluate(() => {
      const animated: string[] = [];
      Object.assign(window, { animated });
      const animate = Element.prototype.animate;
      Element.prototype.animate = function (...args) {
        animated.push(this.className || this.getAttribute("data-station") || "");
        return animate.apply(this, args);
      };
    });
    await enter(page, "41");
    await digitsOf(submission(page, "41"));
    const animated = await page.evaluate(() => (window as unknown as { animated: string[] }).animated);
    expect(animated).toEqual(expect.arrayContaining(["page", "api", "redis"]));
    expect(animated.join()).not.toContain("flow-dot");
    await page.context().close();
  });

  test("a calculator that is killed in mid-work is shown as silent, and another one takes over", async () => {
    const page = await openPage(stage.browser, stage.system.apiUrl);
    await enter(page, String(long));
    const working = page.locator(".flow-calculator.working");
    await working.waitFor();
    const killed = await working.getAttribute("title");
    await stage.system.add("calculator", { env: { REPLICA: "calculator-9", UPPER_LIMIT: "1000000000" } });
    await stage.system.calculator[0]!.kill();
    const silent = page.locator(".flow-calculator.silent");
    await silent.getByText("stopped reporting").waitFor({ state: "attached" });
    expect(await silent.getAttribute("title")).toBe(killed);
    // The lease of the killed one expires after half a minute.
    const story = page.locator(".flow-story");
    await story
      .getByText(`calculator-9 took it over: ${killed} stopped reporting.`)
      .waitFor({ timeout: 120_000 });
    await page.locator(".flow-calculator.working", { hasText: "calculator-9" }).waitFor();
    await submission(page, "600,000,000").getByRole("button", { name: "Cancel" }).click();
    await story.getByText("Cancelled.").waitFor();
    await page.locator(".flow-calculator.idle", { hasText: "calculator-9" }).waitFor();
    expect(page.complaints).toEqual([]);
    await page.context().close();
  }, 240_000);

  test("an API that does not answer is shown as not reachable, and back when it answers", async () => {
    const page = await openPage(stage.browser, stage.system.apiUrl);
    const flow = page.locator(".flow-map");
    await stage.system.api[0]!.app.stop();
    await flow.getByText("not reachable").waitFor();
    await stage.system.api[0]!.app.restart();
    await flow.getByText("not reachable").waitFor({ state: "detached" });
    await page.context().close();
  });
});
