/** Notices when the page comes back: a tab shown again, a network found again, a laptop that slept. */

export interface Presence {
  /** Told with true when a nap was long enough for the connection to be stale. */
  returned(stale: boolean): void;
  /** The tab has been hidden for a minute. */
  left(): void;
  offline(): void;
}

const tick = 5_000;
const nap = 15_000;
const away = 60_000;

export function watchPresence(presence: Presence): void {
  let hiddenSince = 0;
  let lastTick = Date.now();
  addEventListener("online", () => presence.returned(true));
  addEventListener("offline", () => presence.offline());
  document.addEventListener("visibilitychange", () => {
    if (document.hidden) hiddenSince = Date.now();
    else {
      presence.returned(Date.now() - hiddenSince > nap);
      hiddenSince = 0;
    }
  });
  setInterval(() => {
    const now = Date.now();
    // Timers stand still while a machine sleeps: a large gap is the only sign of it.
    if (!document.hidden && now - lastTick > nap) presence.returned(true);
    if (hiddenSince && now - hiddenSince > away) presence.left();
    lastTick = now;
  }, tick);
}
