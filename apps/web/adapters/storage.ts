/** What this tab remembers across reloads. Where the browser forbids it, nothing is remembered. */
export const storage = {
  read<T>(key: string, fallback: T): T {
    try {
      return JSON.parse(sessionStorage.getItem(key) ?? "") as T;
    } catch {
      return fallback;
    }
  },
  write(key: string, value: unknown): void {
    try {
      sessionStorage.setItem(key, JSON.stringify(value));
    } catch {
      // Full or forbidden: the page works without it.
    }
  },
};
export type Storage = typeof storage;
