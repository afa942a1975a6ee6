import { buildApps } from "./apps.ts";
import { buildPage } from "./page.ts";

/** Builds both apps and the page into dist/. Takes about a second. */
export async function buildAll(): Promise<void> {
  await Promise.all([buildApps(), buildPage()]);
}
