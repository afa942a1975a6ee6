/**
 * The API's server-sent events. This file alone knows how they travel: names, frames and reconnects.
 * The browser reconnects on its own and sends the id of the last event; it stops only after a refusal.
 */
import type { PageEvents } from "../../shared/contracts/http.ts";

export type StreamEvents = { [Name in keyof PageEvents]: (data: PageEvents[Name]) => void };

export interface StreamState {
  opened(): void;
  /** @param final the browser has stopped reconnecting, and the stream has to be opened again. */
  lost(final: boolean): void;
}

/** Opens the stream. Returns the function that closes it. */
export function openStream(state: StreamState, events: StreamEvents): () => void {
  const source = new EventSource("api/events");
  source.onopen = () => state.opened();
  source.onerror = () => state.lost(source.readyState === EventSource.CLOSED);
  for (const [name, handle] of Object.entries(events)) {
    source.addEventListener(name, (message: MessageEvent<string>) => handle(JSON.parse(message.data)));
  }
  return () => source.close();
}
export type OpenStream = typeof openStream;
