import { watch } from "node:fs";

/** Editors write a file in several steps; what comes within this time is one change. */
const quietMs = 40;

/**
 * Calls back at once, for what changed before, and after every change below the folder, with the paths
 * that changed. One call at a time; changes that come during a call are followed by one more.
 *
 * @returns ends the watching
 */
export function watchSources(
  folder: string,
  live: (changed?: ReadonlySet<string>) => Promise<void>,
): () => void {
  let timer: NodeJS.Timeout | undefined;
  let busy = false;
  let changed = new Set<string>();
  const act = async () => {
    if (busy) return;
    busy = true;
    while (changed.size > 0) {
      const now = changed;
      changed = new Set();
      await live(now);
    }
    busy = false;
  };
  const watcher = watch(folder, { recursive: true }, (_event, path) => {
    changed.add(path ?? "");
    clearTimeout(timer);
    timer = setTimeout(() => void act(), quietMs);
  });
  busy = true;
  void live().then(() => {
    busy = false;
    return act();
  });
  return () => {
    clearTimeout(timer);
    watcher.close();
  };
}
