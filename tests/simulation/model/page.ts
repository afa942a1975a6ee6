import { reach } from "./client.ts";
import type { Process, SimulatedWorld } from "./parts.ts";

/** An open page: server-sent events, and a new connection when one breaks. */
export class Page {
  /** Indexes whose values it was told, and ids of entries. */
  readonly values = new Set<number>();
  readonly entries = new Set<string>();
  /** Times at which it read everything anew, in milliseconds: at its start and after each `reset`. */
  readonly readAt: number[] = [];
  connected: Process | undefined;
  readonly #world: SimulatedWorld;
  readonly #replica: number;
  #lastEventId: string | undefined;

  constructor(world: SimulatedWorld, replica: number) {
    this.#world = world;
    this.#replica = replica;
    this.#connect();
  }

  #connect(): void {
    const app = reach(this.#world, this.#replica);
    if (!app) {
      this.#world.clock.schedule(1_000, () => this.#connect());
      return;
    }
    this.connected = app;
    let isOpen = this.#lastEventId !== undefined;
    const headers: Record<string, string> = this.#lastEventId ? { "last-event-id": this.#lastEventId } : {};
    app.request(
      { method: "GET", url: "/events", headers },
      () => {
        this.connected = undefined;
        this.#world.clock.schedule(1_000, () => this.#connect());
      },
      (text) => {
        // A page reads what there is when its first connection is open.
        if (!isOpen) this.readAt.push(this.#world.clock.now);
        isOpen = true;
        this.#hear(text);
      },
    );
  }

  #hear(text: string): void {
    for (const block of text.split("\n\n")) {
      const lines = block.split("\n");
      const field = (name: string) =>
        lines.find((line) => line.startsWith(`${name}: `))?.slice(name.length + 2);
      this.#lastEventId = field("id") ?? this.#lastEventId;
      const name = field("event");
      if (name === "reset") this.readAt.push(this.#world.clock.now);
      if (name !== "calculated" && name !== "recorded") continue;
      const data = JSON.parse(field("data")!) as { values?: { index: number }[]; entries?: { id: string }[] };
      for (const { index } of data.values ?? []) this.values.add(index);
      for (const { id } of data.entries ?? []) this.entries.add(id);
    }
  }
}
