import { watch } from "node:fs";

/** Editors write a file in several steps; what comes within this time is one change. */
const quietMs = 40;

/**
 * Calls back at once, for what changed before, and after every change below the folder. One call at a
 * time; changes that come during a call are followed by one more.
 *
 * @returns ends the watching
 */
export function watchSources(folder: string, changed: () => Promise<void>): () => void {
  let timer: NodeJS.Timeout | undefined;
  let busy = false;
  let again = false;
  const act = async () => {
    if (busy) {
      again = true;
      return;
    }
    busy = true;
    do {
      again = false;
      await changed();
    } while (again);
    busy = false;
  };
  const watcher = watch(folder, { recursive: true }, () => {
    clearTimeout(timer);
    timer = setTimeout(() => void act(), quietMs);
  });
  void act();
  return () => {
    clearTimeout(timer);
    watcher.close();
  };
}
