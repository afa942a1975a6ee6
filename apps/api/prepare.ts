import { setTimeout as pause } from "node:timers/promises";
import type { Logger } from "pino";

/**
 * Does something that has to be done once before the app is ready, as often as it
 * takes: the sidecar, or what is behind it, may come later than the app.
 */
export function prepare(
  what: string,
  action: () => Promise<void>,
  { log, stopping }: { log: Logger; stopping: AbortSignal },
): { readonly done: boolean } {
  const state = { done: false };
  void (async () => {
    for (let attempt = 1; !stopping.aborted && !state.done; attempt++) {
      try {
        await action();
        state.done = true;
        log.info({ attempt }, `${what}: ready`);
      } catch (error) {
        if (attempt % 20 === 0) log.warn({ attempt, reason: String(error) }, `${what}: not ready yet`);
        await pause(Math.min(100 * attempt, 2_000), undefined, { signal: stopping }).catch(() => {});
      }
    }
  })();
  return state;
}
