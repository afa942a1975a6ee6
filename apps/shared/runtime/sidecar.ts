import {
  CommunicationProtocolEnum,
  DaprClient,
  StateConcurrencyEnum,
  StateConsistencyEnum,
} from "@dapr/dapr";
import type { AppConfig } from "./config.ts";
import { currentTrace } from "./trace.ts";

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
  ttlSeconds?: number;
}

/** The sidecar did not do what was asked. `status` is 0 when it could not be reached. */
export class SidecarError extends Error {
  readonly status: number;
  constructor(action: string, status: number, cause: unknown) {
    super(`${action}: ${cause instanceof Error ? cause.message : String(cause)}`, { cause });
    this.status = status;
  }
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

const firstWriteOnly = {
  concurrency: StateConcurrencyEnum.CONCURRENCY_FIRST_WRITE,
  consistency: StateConsistencyEnum.CONSISTENCY_EVENTUAL,
};

/** A call that got no answer by then counts as failed; components have shorter time-outs of their own. */
const callMilliseconds = 20_000;

/**
 * The sidecar through Dapr's own client, over HTTP: with Node its HTTP side is
 * two to three times as fast as its gRPC side (docs/performance.md).
 */
export function connectSidecar(config: Pick<AppConfig, "daprHttpPort" | "daprApiToken">): Sidecar {
  const base = `http://127.0.0.1:${config.daprHttpPort}`;
  const client = new DaprClient({
    daprHost: "127.0.0.1",
    daprPort: String(config.daprHttpPort),
    communicationProtocol: CommunicationProtocolEnum.HTTP,
    ...(config.daprApiToken ? { daprApiToken: config.daprApiToken } : {}),
    maxBodySizeMb: 4,
    logger: { service: { error() {}, warn() {}, info() {}, verbose() {}, debug() {} } },
  });
  carryTrace(client);

  return {
    async publish(component, topic, data) {
      throwIfError(
        `publish to ${topic}`,
        await call(`publish to ${topic}`, client.pubsub.publish(component, topic, data)),
      );
    },

    async getState(component, keys) {
      if (keys.length === 0) return new Map();
      const items = await call(
        `read ${component}`,
        client.state.getBulk(component, keys, { parallelism: 32 }),
      );
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
      // The client's type wants an etag in an object; the sidecar's HTTP API takes only a string.
      const items = writes.map(({ key, value, etag, firstWrite, ttlSeconds }) => ({
        key,
        value,
        ...(etag === undefined ? {} : { etag }),
        ...(firstWrite ? { options: firstWriteOnly } : {}),
        ...(ttlSeconds === undefined ? {} : { metadata: { ttlInSeconds: String(ttlSeconds) } }),
      })) as Parameters<DaprClient["state"]["save"]>[1];
      throwIfError(
        `write ${component}`,
        await call(`write ${component}`, client.state.save(component, items)),
      );
    },

    async deleteState(component, key, etag) {
      const done = client.state.delete(component, key, etag === undefined ? {} : { etag });
      throwIfError(`delete in ${component}`, await call(`delete in ${component}`, done));
    },

    bind: (component, operation, metadata) =>
      call(`${operation} of ${component}`, client.binding.send(component, operation, "", metadata)),

    async ready() {
      try {
        const answer = await fetch(`${base}/v1.0/healthz/outbound`, { signal: AbortSignal.timeout(2_000) });
        return answer.ok;
      } catch {
        return false;
      }
    },
  };
}

interface Executing {
  execute(
    url: string,
    parameters: { method?: string; headers?: Record<string, string> } | null,
    ...more: unknown[]
  ): unknown;
}

/** Sends the trace of the moment along with every call: the client itself has no place for headers. */
function carryTrace(client: DaprClient): void {
  const http = client.daprClient as unknown as Executing;
  const execute = http.execute.bind(http);
  http.execute = (url, parameters, ...more) => {
    const traceparent = currentTrace();
    // The client's own look whether the sidecar is up has no parameters, and bears none.
    if (!traceparent || !parameters?.method) return execute(url, parameters, ...more);
    // The client takes no parameters for a plain GET, but if there are some, it wants a method.
    const traced = { method: "GET", ...parameters, headers: { ...parameters?.headers, traceparent } };
    return execute(url, traced, ...more);
  };
}

/** Waits for the client's promise, but not for ever: its connections have no time-out of their own. */
async function call<Result>(action: string, promise: Promise<Result>): Promise<Result> {
  let timer: NodeJS.Timeout | undefined;
  const late = new Promise<never>((_, reject) => {
    timer = setTimeout(() => {
      reject(new SidecarError(action, 0, `no answer in ${callMilliseconds} ms`));
    }, callMilliseconds);
  });
  try {
    return await Promise.race([promise, late]);
  } catch (error) {
    if (error instanceof SidecarError) throw error;
    throw new SidecarError(action, statusOf(error), error);
  } finally {
    clearTimeout(timer);
  }
}

/** Over HTTP the client's publish, save and delete resolve with an error inside instead of throwing it. */
function throwIfError(action: string, result: { error?: Error } | undefined): void {
  if (result?.error) throw new SidecarError(action, statusOf(result.error), result.error);
}

/** The client puts the sidecar's answer into the message, as JSON with a `status`. */
function statusOf(error: unknown): number {
  try {
    return Number(JSON.parse((error as Error).message).status) || 0;
  } catch {
    return 0;
  }
}
