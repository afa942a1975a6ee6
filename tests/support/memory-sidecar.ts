import { randomInt } from "node:crypto";
import type {
  BindingRequest,
  SidecarClient,
  StateItem,
  StateWrite,
} from "../../apps/shared/runtime/sidecar-client.ts";
import { SidecarError } from "../../apps/shared/runtime/sidecar-http.ts";
import type { AnyTopic } from "../../apps/shared/runtime/topic.ts";

/** A sidecar in memory for tests of handlers alone: Redis' write rules, as the integration tests see them on the real one. */
export class MemorySidecar implements SidecarClient {
  readonly published: { topic: string; data: unknown }[] = [];
  readonly state = new Map<string, { value: object; version: number; firstWrite: boolean }>();
  readonly bound: { operation: string; metadata: Record<string, string> }[] = [];
  /** What an output binding answers. */
  answer: unknown = [["[]"]];
  /** Names of methods that fail for now. */
  readonly broken = new Set<keyof SidecarClient>();
  /** Runs before a write is done: another replica that is quicker. */
  beforeSave: (() => void) | undefined;

  async publish({ name: topic }: AnyTopic, data: object) {
    await this.#pass("publish");
    this.published.push({ topic, data });
  }

  async getState<Value>(_component: string, keys: string[]) {
    await this.#pass("getState");
    const found = new Map<string, StateItem<Value>>();
    for (const key of keys) {
      const item = this.state.get(key);
      if (item) found.set(key, { value: item.value as Value, etag: String(item.version) });
    }
    return found;
  }

  async saveState(_component: string, writes: StateWrite[]) {
    await this.#pass("saveState");
    this.beforeSave?.();
    let refused = false;
    for (const { key, value, etag, firstWrite = false } of writes) {
      const there = this.state.get(key);
      const allowed = !there || etag === String(there.version) || (!there.firstWrite && etag === undefined);
      if (allowed) this.state.set(key, { value, version: (there?.version ?? 0) + 1, firstWrite });
      else refused = true;
    }
    if (refused) throw new SidecarError("write", 409, "possible etag mismatch");
  }

  async deleteState(_component: string, key: string) {
    await this.#pass("deleteState");
    this.state.delete(key);
  }

  async bind(_component: string, operation: string, { metadata = {} }: BindingRequest) {
    await this.#pass("bind");
    this.bound.push({ operation, metadata });
    return this.answer;
  }

  async ready() {
    return !this.broken.has("ready");
  }

  /** What was published on a topic. */
  on({ name }: Pick<AnyTopic, "name">): unknown[] {
    return this.published.filter((event) => event.topic === name).map(({ data }) => data);
  }

  async #pass(method: keyof SidecarClient) {
    // Calls take turns in no fixed order, as on a network.
    for (let turn = randomInt(3); turn >= 0; turn--) await Promise.resolve();
    if (this.broken.has(method)) throw new SidecarError(method, 500, "broken by the test");
  }
}
