/** What this tab remembers through a reload. A browser that forbids it only forgets. */
export const storage = {
  read<T>(key: string, otherwise: T): T {
    try {
      return JSON.parse(sessionStorage.getItem(key) ?? "") as T;
    } catch {
      return otherwise;
    }
  },
  write(key: string, value: unknown): void {
    try {
      sessionStorage.setItem(key, JSON.stringify(value));
    } catch {
      // Full or forbidden: the page works without.
    }
  },
};
export type Storage = typeof storage;
