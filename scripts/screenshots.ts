/** Takes the pictures of the page in docs/images, on a running system with default settings: `npm run screenshots`. */
import { mkdir, stat } from "node:fs/promises";
import { join, relative } from "node:path";
import type { Browser, BrowserContextOptions, Page } from "playwright-core";
import { digitsOf, enter, submission } from "../tests/e2e/actions.ts";
import { openPage, startBrowser } from "../tests/e2e/browser.ts";
import { buildAll } from "./build/build-all.ts";
import { cloneFolder } from "./local/folders.ts";
import { oneMessage } from "./local/one-message.ts";
import { type System, startSystem } from "./local/system.ts";
import type { PictureName } from "./screenshots/pictures.ts";

const folder = join(cloneFolder, "docs/images");
const mostBytes = 150_000;
const desktop = { viewport: { width: 1260, height: 690 } };
const phone = { viewport: { width: 360, height: 740 }, deviceScaleFactor: 2, isMobile: true, hasTouch: true };

await oneMessage(async () => {
  await buildAll();
  await mkdir(folder, { recursive: true });
  const system = await startSystem({
    env: { api: { REPLICA: "api-0" } },
    replicas: { calculator: 0 },
  });
  let browser: Browser | undefined;
  try {
    for (const name of ["calculator-0", "calculator-1"])
      await system.add("calculator", { env: { REPLICA: name } });
    browser = await startBrowser();
    await takeAll(system, browser);
  } finally {
    await browser?.close();
    await system.stop();
  }
});

async function takeAll(system: System, browser: Browser): Promise<void> {
  const open = (options: BrowserContextOptions) => openPage(browser, system.apiUrl, options);

  const first = await open(desktop);
  await enter(
    first,
    "1, 2, 3, 5, 8, 13, 21, 34, 55, 89, 144, 233, 377, 610, 987, 1597, 2584, 4181, 6765, 10946",
  );
  await first.getByText("All 20 calculated").waitFor();
  await enter(
    first,
    "17711, 28657, 46368, 75025, 121393, 196418, 317811, 514229, 832040, 300000, 650000, 55",
  );
  await first.getByText("All 32 calculated").waitFor();
  await first.context().close();

  const page = await open({ ...desktop, colorScheme: "light" });
  await enter(page, "100, 300, 900000");
  await digitsOf(submission(page, "900,000"));
  await settled(page);
  await take(page, "values");
  await page.context().close();

  const dark = await open({ ...desktop, colorScheme: "dark" });
  await settled(dark);
  await take(dark, "history-dark");
  await dark.context().close();

  const viewer = await open({ ...desktop, colorScheme: "light" });
  await enter(viewer, "1000000");
  await submission(viewer, "1,000,000").getByRole("button", { name: "View all" }).click();
  await viewer.getByLabel("Go to digit").fill("100001");
  await viewer.keyboard.press("Enter");
  await viewer.locator(".digit-row:not(.to-come)", { hasText: "100,001" }).waitFor();
  await take(viewer, "digits");
  await viewer.context().close();

  const small = await open({ ...phone, colorScheme: "light" });
  await enter(small, "300");
  await digitsOf(submission(small, "300"));
  await settled(small);
  await take(small, "phone");
  await small.context().close();

  const smallDark = await open({ ...phone, colorScheme: "dark" });
  await smallDark.getByRole("link", { name: "System" }).click();
  await smallDark.locator(".calculators li").nth(1).waitFor();
  await smallDark.locator("#system").scrollIntoViewIfNeeded();
  await take(smallDark, "phone-system-dark");
  await smallDark.context().close();
}

/** Resolves when every row shows its value, and no dot moves. */
async function settled(page: Page): Promise<void> {
  await page.locator(".row").first().waitFor();
  await page.waitForFunction(() => !document.querySelector(".row:not(.calculated), .flow-dot"));
}

async function take(page: Page, name: PictureName): Promise<void> {
  const path = join(folder, `${name}.png`);
  await page.screenshot({ path, animations: "disabled", caret: "hide" });
  const { size } = await stat(path);
  console.log(`${relative(cloneFolder, path)}  ${Math.round(size / 1_000)} KB`);
  if (size > mostBytes) throw new Error(`${name}.png has ${size} bytes; the limit is ${mostBytes}.`);
}
