import type { Locator, Page } from "playwright-core";

/** Types into the field and submits it. */
export async function enter(page: Page, text: string): Promise<void> {
  await page.getByLabel("Which Fibonacci number?").fill(text);
  await page.getByRole("button", { name: "Calculate", exact: true }).click();
}

export const field = (page: Page): Locator => page.getByLabel("Which Fibonacci number?");

/** A submission of this page, by its index as the page formats it: "1,000". */
export const submission = (page: Page, index: string): Locator =>
  page.locator(".submission", { has: page.getByText(`F(${index})`, { exact: true }) });

/** Rows of the history, optionally of one index. */
export const rows = (page: Page, index?: string): Locator =>
  index === undefined
    ? page.locator(".row")
    : page.locator(".row", { has: page.getByText(`F(${index})`, { exact: true }) });

/** Resolves when there are at least `count` elements. */
export async function untilCount(locator: Locator, count: number): Promise<void> {
  await locator.nth(count - 1).waitFor({ state: "attached" });
}

/** The digits that a submission shows, as one text. */
export async function digitsOf(shown: Locator): Promise<string> {
  const number = shown.locator(".number:not(.to-come)");
  await number.waitFor();
  return (await number.textContent()) ?? "";
}
