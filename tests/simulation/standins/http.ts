/** Takes the place of `node:http`: the app's port and the calls of its sidecar, without a network. */
import { FakeBody } from "./messages.ts";

export class Agent {}

interface Options {
  method: string;
  path: string;
  headers: Record<string, unknown>;
}

/** A call of the sidecar. */
export function request(options: Options) {
  const listeners = new Map<string, (value: unknown) => void>();
  let over = false;
  const emit = (name: string, value: unknown) => {
    if (over) return;
    over = true;
    listeners.get(name)?.(value);
  };
  return {
    on(name: string, listener: (value: never) => void) {
      listeners.set(name, listener as (value: unknown) => void);
      return this;
    },
    once(name: string, listener: (value: never) => void) {
      return this.on(name, listener);
    },
    destroy(error?: Error) {
      if (error) emit("error", error);
      over = true;
    },
    end(body = "") {
      const { method, path, headers } = options;
      host.current.call(
        { method, path, headers, body: String(body) },
        (statusCode, text) => emit("response", Object.assign(new FakeBody(text), { statusCode })),
        (reason) => emit("error", new Error(reason)),
      );
    },
  };
}

type Handler = (request: unknown, response: OpenResponse) => void;
interface OpenResponse {
  onDone(action: () => void): void;
  breakOff(): void;
}

export class Server {
  maxConnections = 0;
  keepAliveTimeout = 0;
  listening = false;
  readonly #handler: Handler;
  readonly #open = new Set<OpenResponse>();
  #closed: (() => void) | undefined;

  constructor(handler: Handler) {
    this.#handler = handler;
  }

  on() {
    return this;
  }
  once() {
    return this;
  }
  off() {
    return this;
  }

  listen(_port: number, ...rest: unknown[]) {
    this.listening = true;
    host.current.listen((request, response: OpenResponse) => {
      this.#open.add(response);
      response.onDone(() => {
        this.#open.delete(response);
        this.#closeIfIdle();
      });
      this.#handler(request, response);
    });
    const opened = rest.at(-1);
    if (typeof opened === "function") host.current.defer(0, opened as () => void);
    return this;
  }

  close(closed?: () => void) {
    this.listening = false;
    host.current.listen(undefined);
    this.#closed = closed ?? (() => {});
    this.#closeIfIdle();
    return this;
  }

  closeIdleConnections() {}

  closeAllConnections() {
    for (const response of [...this.#open]) response.breakOff();
  }

  #closeIfIdle() {
    if (this.#closed && this.#open.size === 0) {
      const closed = this.#closed;
      this.#closed = undefined;
      host.current.defer(0, closed);
    }
  }
}

export function createServer(...given: unknown[]) {
  return new Server(given.at(-1) as Handler);
}

export class IncomingMessage {}
export class ServerResponse {}
export const STATUS_CODES: Record<number, string> = {};
