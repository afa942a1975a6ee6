import type { RuntimeConfig } from "./config.ts";
import { connectHttp, SidecarError } from "./sidecar-http.ts";
import { type AnyTopic, eventType, type Topic } from "./topic.ts";

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

/** The typed HTTP client of the app's own sidecar. Every call throws a `SidecarError` when it was not done, or not surely. */
export interface SidecarClient {
  /** Resolves when the broker has the event. Calling it twice publishes twice. */
  publish<Data extends object>(topic: Topic<Data>, data: Data): Promise<void>;
  /** What is there of these keys; absent keys are left out. Not a snapshot: keys are read side by side. */
  getState<Value>(component: string, keys: string[]): Promise<Map<string, StateItem<Value>>>;
  /** Each key is written alone; when this throws some may be written. A lost first-write race is status 409 or 500. */
  saveState(component: string, writes: StateWrite[]): Promise<void>;
  deleteState(component: string, key: string, etag?: string): Promise<void>;
  /** Calls an output binding. `data` is the binding's payload: a mail's text, a file's content. */
  bind(component: string, operation: string, request: BindingRequest): Promise<unknown>;
  /** Whether the sidecar's components are up. */
  ready(): Promise<boolean>;
}

export interface BindingRequest {
  data?: unknown;
  metadata?: Record<string, string>;
}

/**
 * The client of the sidecar's HTTP API for the calls that every request and event makes, without Dapr's
 * SDK: that costs two to three times the processor time for a call, and over HTTP some of
 * its calls resolve with an error instead of throwing it (docs/performance.md). Functions get the SDK's
 * client for everything else, as `context.daprClient`.
 */
export function connectSidecar(
  config: Pick<RuntimeConfig, "sidecarAddress" | "daprApiToken">,
): SidecarClient {
  const call = connectHttp(config.sidecarAddress, config.daprApiToken);
  const paths = new Map<AnyTopic, string>();

  function publishPath(topic: AnyTopic): string {
    let path = paths.get(topic);
    if (path === undefined) {
      // Encoded: the sidecar cleans paths, so that a topic like "../../bindings/x" would be another API.
      const place = `${encodeURIComponent(topic.component)}/${encodeURIComponent(topic.name)}`;
      path = `/v1.0/publish/${place}?metadata.cloudevent.type=${encodeURIComponent(eventType(topic))}`;
      if (paths.size < 100) paths.set(topic, path);
    }
    return path;
  }

  return {
    async publish(topic, data) {
      await call(`publish on ${topic.name}`, "POST", publishPath(topic), data);
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

    bind: (component, operation, { data = "", metadata = {} }) =>
      call(`${operation} of ${component}`, "POST", `/v1.0/bindings/${component}`, {
        operation,
        data,
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
