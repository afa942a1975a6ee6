/** Takes the place of the app's `run` in its main file: keeps the start of the app for each process that comes. */
import { run as runNow } from "../../../apps/shared/runtime/run.ts";

export const starts: (() => void)[] = [];

export function run(...given: Parameters<typeof runNow>): Promise<void> {
  starts.push(() => void runNow(...given));
  return Promise.resolve();
}
