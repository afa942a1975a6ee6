/**
 * Takes the place of `node:stream` and `node:stream/promises`, as far as an answer is streamed. Node's own
 * streams wait for turns of the real event loop, which a schedule does not have.
 */
interface Options {
  read?: () => void;
  destroy?: (error: Error | null, done: (error?: Error | null) => void) => void;
}

type Chunk = string | Uint8Array;

export class Readable {
  destroyed = false;
  readonly #options: Options;
  readonly #chunks: Chunk[] = [];
  #ended = false;
  #error: Error | undefined;
  #wake = () => {};

  constructor(options: Options = {}) {
    this.#options = options;
  }

  static from(source: AsyncIterable<Chunk>): AsyncIterable<Chunk> {
    return source;
  }

  get readableLength(): number {
    return this.#chunks.reduce((sum, chunk) => sum + chunk.length, 0);
  }

  push(chunk: Chunk | null): boolean {
    if (chunk === null) this.#ended = true;
    else this.#chunks.push(chunk);
    this.#wake();
    return true;
  }

  destroy(error?: Error): this {
    if (this.destroyed) return this;
    this.destroyed = true;
    this.#error = error;
    this.#options.destroy?.(error ?? null, () => {});
    this.#wake();
    return this;
  }

  on(): this {
    return this;
  }
  once(): this {
    return this;
  }

  async *[Symbol.asyncIterator](): AsyncGenerator<Chunk> {
    while (true) {
      if (this.#error) throw this.#error;
      if (this.destroyed) return;
      const next = this.#chunks.shift();
      if (next !== undefined) yield next;
      else if (this.#ended) return;
      else await new Promise<void>((resolve) => (this.#wake = resolve));
    }
  }
}

interface Target {
  destroyed: boolean;
  onDone(action: () => void): void;
  write(text: Chunk): void;
  end(): void;
}

export async function pipeline(source: AsyncIterable<Chunk>, target: Target): Promise<void> {
  // When the target is gone, the source is destroyed, whatever it waits for.
  target.onDone(() => {
    if (source instanceof Readable) source.destroy();
  });
  for await (const part of source) {
    if (target.destroyed) throw new Error("Premature close");
    target.write(part);
  }
  if (!target.destroyed) target.end();
}
