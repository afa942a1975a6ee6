/** The parts of Node's request and response that the apps use; handed to the code of an app by the model. */

type Listener = (value?: unknown) => void;

const ready = Promise.resolve();

/** A body that is there already, told by events as a stream tells it. */
export class FakeBody {
  readonly #text: string;
  constructor(text: string) {
    this.#text = text;
  }

  on(name: string, listener: Listener) {
    // Promise reactions keep the order in which the listeners were added: data, then end. Node's own
    // queueMicrotask would cost ten times as much.
    if (name === "data" && this.#text !== "") void ready.then(() => listener(Buffer.from(this.#text)));
    if (name === "end") void ready.then(() => listener());
    return this;
  }
  once(name: string, listener: Listener) {
    return this.on(name, listener);
  }
  resume() {
    return this;
  }
  setEncoding() {
    return this;
  }
}

export class FakeRequest extends FakeBody {
  readonly method: string;
  readonly url: string;
  readonly headers: Record<string, string>;
  readonly socket = { remoteAddress: "127.0.0.1", setTimeout() {}, setKeepAlive() {}, setNoDelay() {} };
  readonly complete = true;

  constructor(method: string, url: string, body = "", headers: Record<string, string> = {}) {
    super(body);
    this.method = method;
    this.url = url;
    this.headers = body === "" ? headers : { "content-length": String(body.length), ...headers };
  }
}

const decoder = new TextDecoder();
const textOf = (text: string | Uint8Array) => (typeof text === "string" ? text : decoder.decode(text));

export interface Answer {
  status: number;
  text: string;
}

/** A response that tells the model when it is complete, written to, or broken off. */
export class FakeResponse {
  statusCode = 200;
  headersSent = false;
  writableFinished = false;
  writableEnded = false;
  destroyed = false;
  readonly socket = { setTimeout() {}, setKeepAlive() {}, setNoDelay() {} };
  readonly #headers: Record<string, unknown> = {};
  readonly #listeners: [string, Listener][] = [];
  readonly #finished: (answer: Answer | undefined) => void;
  readonly #wrote: ((text: string) => void) | undefined;
  readonly #done: (() => void)[] = [];
  #text = "";

  /**
   * @param finished is given the whole answer, or undefined when the connection broke first.
   * @param wrote is given each piece of a stream as it is written.
   */
  constructor(finished: (answer: Answer | undefined) => void, wrote?: (text: string) => void) {
    this.#finished = finished;
    this.#wrote = wrote;
  }

  setHeader(name: string, value: unknown) {
    this.#headers[name] = value;
    return this;
  }
  getHeader(name: string) {
    return this.#headers[name];
  }
  removeHeader(name: string) {
    delete this.#headers[name];
  }
  flushHeaders() {
    this.headersSent = true;
  }
  writeHead(status: number) {
    this.statusCode = status;
    this.headersSent = true;
    return this;
  }
  write(text: string | Uint8Array) {
    this.headersSent = true;
    if (this.#wrote) this.#wrote(textOf(text));
    else this.#text += textOf(text);
    return true;
  }
  end(text?: string | Uint8Array) {
    if (this.destroyed || this.writableEnded) return this;
    if (text !== undefined) this.write(text);
    this.headersSent = true;
    this.writableEnded = true;
    this.writableFinished = true;
    this.#over({ status: this.statusCode, text: this.#text });
    return this;
  }
  destroy() {
    this.breakOff();
    return this;
  }
  on(name: string, listener: Listener) {
    this.#listeners.push([name, listener]);
    return this;
  }
  once(name: string, listener: Listener) {
    return this.on(name, listener);
  }
  off() {
    return this;
  }
  removeListener(name: string, listener: Listener) {
    const at = this.#listeners.findIndex(([each, known]) => each === name && known === listener);
    if (at >= 0) this.#listeners.splice(at, 1);
    return this;
  }
  /** Runs an action when the response is over, whole or not. */
  onDone(action: () => void): void {
    this.#done.push(action);
  }
  /** The connection breaks. */
  breakOff(): void {
    if (this.destroyed || this.writableEnded) return;
    this.destroyed = true;
    this.#over(undefined);
  }

  #over(answer: Answer | undefined): void {
    for (const action of this.#done) action();
    for (const [name, listener] of this.#listeners) if (name === "close") listener();
    this.#finished(answer);
  }
}
