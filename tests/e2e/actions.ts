import type { Locator, Page } from "playwright-core";

/** Types into the field and sends it. */
export async function enter(page: Page, text: string): Promise<void> {
  await page.getByLabel("Which Fibonacci number?").fill(text);
  await page.getByRole("button", { name: "Calculate", exact: true }).click();
}

export const field = (page: Page): Locator => page.getByLabel("Which Fibonacci number?");

/** What was asked on this page, by its index as it is written there: "1,000". */
export const answer = (page: Page, index: string): Locator =>
  page.locator(".answer", { has: page.getByText(`F(${index})`, { exact: true }) });

/** Rows of the history, of one index where it is given. */
export const rows = (page: Page, index?: string): Locator =>
  index === undefined
    ? page.locator(".row")
    : page.locator(".row", { has: page.getByText(`F(${index})`, { exact: true }) });

/** Resolves when so many elements are there. */
export async function untilCount(locator: Locator, count: number): Promise<void> {
  await locator.nth(count - 1).waitFor({ state: "attached" });
}

/** The digits that an answer shows, as one text. */
export async function digitsOf(shown: Locator): Promise<string> {
  const number = shown.locator(".number:not(.to-come)");
  await number.waitFor();
  return (await number.textContent()) ?? "";
}
