/** The API's server-sent events. The browser reconnects by itself and tells the last id; only a refusal ends it. */
import type { PageEvents } from "../../shared/contracts/http.ts";

export type EventHandlers = { [Name in keyof PageEvents]: (data: PageEvents[Name]) => void };

export interface StreamHandlers {
  opened(): void;
  /** `final` when the browser gave up and somebody has to open again. */
  lost(final: boolean): void;
}

/** Returns the function that closes. */
export function openEvents(stream: StreamHandlers, events: EventHandlers): () => void {
  const source = new EventSource("api/events");
  source.onopen = () => stream.opened();
  source.onerror = () => stream.lost(source.readyState === EventSource.CLOSED);
  for (const [name, handle] of Object.entries(events)) {
    source.addEventListener(name, (message: MessageEvent<string>) => handle(JSON.parse(message.data)));
  }
  return () => source.close();
}
export type OpenEvents = typeof openEvents;
