import type { Browser } from "playwright-core";
import { type System, startSystem } from "../../scripts/local/system.ts";
import { startBrowser } from "./browser.ts";

/** What the tests of a page need: the whole system, and a browser. There from the first test on. */
export interface Stage {
  readonly system: System;
  readonly browser: Browser;
}

/**
 * Starts both before the tests of a describe, and stops them after.
 * @param env settings of both apps, added to their defaults.
 */
export function useStage(env: Record<string, string> = {}): Stage {
  let system: System;
  let browser: Browser;

  beforeAll(async () => {
    [system, browser] = await Promise.all([
      startSystem({ env: { api: env, calculator: env } }),
      startBrowser(),
    ]);
  }, 600_000);
  afterAll(async () => {
    await browser?.close();
    await system?.stop();
  }, 60_000);

  return {
    get system() {
      return system;
    },
    get browser() {
      return browser;
    },
  };
}
