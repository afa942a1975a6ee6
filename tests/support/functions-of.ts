import { readdir } from "node:fs/promises";
import { join } from "node:path";
import { settings } from "../../apps/shared/contracts/settings.ts";
import { readConfig } from "../../apps/shared/runtime/config.ts";
import type { AppFunction } from "../../apps/shared/runtime/functions.ts";
import { cloneFolder } from "../../scripts/local/folders.ts";
import { silentLog } from "./contexts.ts";
import { MemorySidecar } from "./memory-sidecar.ts";

/** The functions of an app, found by their files as the build finds them, for what they declare. */
export async function functionsOf(
  appId: "api" | "calculator",
  env: Record<string, string> = {},
): Promise<AppFunction[]> {
  const parts = {
    ...readConfig(env, settings, appId),
    log: silentLog,
    sidecar: new MemorySidecar(),
    stopping: new AbortController().signal,
  };
  const app =
    appId === "api"
      ? (await import("../../apps/api/api.ts")).openApi(parts)
      : (await import("../../apps/calculator/calculator.ts")).openCalculator(parts);
  const folder = join(cloneFolder, "apps", appId, "functions");
  const files = (await readdir(folder)).filter((name) => name.endsWith(".ts")).sort();
  const functions: AppFunction[] = [];
  // One after the other: Jest cannot link modules that are imported at the same time.
  for (const name of files) functions.push((await import(join(folder, name))).default(app));
  return functions;
}
