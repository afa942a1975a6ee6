import type { AppConfig } from "./config.ts";
import { connectHttp, SidecarError } from "./sidecar-http.ts";

/** Something that is kept in a state store. `etag` is the version that a careful write names. */
export interface StateItem<Value> {
  value: Value;
  etag: string;
}

export interface StateWrite {
  key: string;
  value: object;
  /** Write only if nobody else wrote since this version was read. */
  etag?: string;
  /** Write only if the key is absent, or holds the version named by `etag`. */
  firstWrite?: boolean;
}

/** What functions ask of their sidecar. Every call throws a `SidecarError` when it was not done, or not surely. */
export interface Sidecar {
  /** Resolves when the broker has the event. */
  publish(component: string, topic: string, data: object): Promise<void>;
  /** What is there of these keys; absent keys are left out. Not one moment's picture: keys are read side by side. */
  getState<Value>(component: string, keys: string[]): Promise<Map<string, StateItem<Value>>>;
  /** Each key is written alone; when this throws some may be written. A lost first-write race is status 409 or 500. */
  saveState(component: string, writes: StateWrite[]): Promise<void>;
  deleteState(component: string, key: string, etag?: string): Promise<void>;
  /** Calls an output binding. */
  bind(component: string, operation: string, metadata: Record<string, string>): Promise<unknown>;
  /** Resolves when the sidecar's components are up. */
  ready(): Promise<boolean>;
}

/**
 * The sidecar through its HTTP API, without Dapr's SDK: that costs two to three times the
 * processor time for a call, 60 MB more memory and half a second at start, and over HTTP some of
 * its calls resolve with an error instead of throwing it (docs/performance.md).
 */
export function connectSidecar(config: Pick<AppConfig, "sidecarAddress" | "daprApiToken">): Sidecar {
  const call = connectHttp(config);

  return {
    async publish(component, topic, data) {
      await call(`publish to ${topic}`, "POST", `/v1.0/publish/${component}/${topic}`, data);
    },

    async getState(component, keys) {
      if (keys.length === 0) return new Map();
      const query = { keys, parallelism: 32 };
      const items = await call(`read ${component}`, "POST", `/v1.0/state/${component}/bulk`, query);
      const found = new Map();
      for (const item of items as { key: string; data?: unknown; etag?: string; error?: string }[]) {
        if (item.error) throw new SidecarError(`read ${component}`, 500, item.error);
        if (item.data !== undefined && item.data !== null) {
          found.set(item.key, { value: item.data, etag: item.etag ?? "" });
        }
      }
      return found;
    },

    async saveState(component, writes) {
      if (writes.length === 0) return;
      const items = writes.map(({ key, value, etag, firstWrite }) => ({
        key,
        value,
        ...(etag === undefined ? {} : { etag }),
        ...(firstWrite ? { options: { concurrency: "first-write", consistency: "eventual" } } : {}),
      }));
      await call(`write ${component}`, "POST", `/v1.0/state/${component}`, items);
    },

    async deleteState(component, key, etag) {
      const path = `/v1.0/state/${component}/${encodeURIComponent(key)}`;
      const headers = etag === undefined ? {} : { "if-match": etag };
      await call(`delete in ${component}`, "DELETE", path, undefined, headers);
    },

    bind: (component, operation, metadata) =>
      call(`${operation} of ${component}`, "POST", `/v1.0/bindings/${component}`, {
        operation,
        data: "",
        metadata,
      }),

    async ready() {
      try {
        await call("health", "GET", "/v1.0/healthz/outbound", undefined, {}, 2_000);
        return true;
      } catch {
        return false;
      }
    },
  };
}
