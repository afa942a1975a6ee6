import { homedir } from "node:os";
import { join, resolve } from "node:path";
import { fileURLToPath } from "node:url";

/** The folder of this clone. */
export const cloneFolder = resolve(fileURLToPath(new URL("../..", import.meta.url)));

/** The user's home folder. HOME first, which a program may change for itself; homedir() would not notice. */
export function homeFolder(): string {
  return process.env.HOME || homedir();
}

/** Per-user cache of what is downloaded or built once; every clone of the user shares it. */
export function cacheFolder(): string {
  return join(process.env.XDG_CACHE_HOME || join(homeFolder(), ".cache"), "fib-calculator");
}

/** Data and derived settings of this clone; git-ignored. FIB_LOCAL_DIR puts it elsewhere. */
export function localFolder(): string {
  return resolve(cloneFolder, process.env.FIB_LOCAL_DIR || ".local");
}
