/** Detects that the page is back: the tab is visible again, the network is up, the machine woke from sleep. */

export interface PresenceEvents {
  /** @param stale the page was away for so long that its connection is probably dead. */
  returned(stale: boolean): void;
  /** The tab has been hidden for a minute. */
  left(): void;
  offline(): void;
}

/** Milliseconds. */
const tick = 5_000;
const nap = 15_000;
const away = 60_000;

export const presence = {
  isOnline: () => navigator.onLine,
  watch(events: PresenceEvents): void {
    let hiddenSince = 0;
    let lastTick = Date.now();
    addEventListener("online", () => events.returned(true));
    addEventListener("offline", () => events.offline());
    document.addEventListener("visibilitychange", () => {
      if (document.hidden) hiddenSince = Date.now();
      else {
        events.returned(Date.now() - hiddenSince > nap);
        hiddenSince = 0;
      }
    });
    setInterval(() => {
      const now = Date.now();
      // Timers stop while a machine sleeps, so a large gap is the only sign of it.
      if (!document.hidden && now - lastTick > nap) events.returned(true);
      if (hiddenSince && now - hiddenSince > away) events.left();
      lastTick = now;
    }, tick);
  },
};
export type Presence = typeof presence;
