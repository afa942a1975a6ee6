import type { Clock, Owner } from "../kernel/clock.ts";
import type { Network } from "./network.ts";
import { Stream, type Trim } from "./stream.ts";

interface Hash {
  data: string;
  version: number;
  firstWrite: boolean;
}

/** The answer to a command, or why there is none. */
export type Reply<Value> = { value: Value } | { error: string };

/** Attempts of go-redis: one, and three retries. */
const attempts = 4;
const readTimeout = 3_000;

/** One Redis server: hashes as the state component writes them, and streams. */
export class Redis {
  hashes = new Map<string, Hash>();
  streams = new Map<string, Stream>();
  /** The process is gone: connections are refused. */
  down = false;
  /** The process is stopped, or the network swallows packets: commands wait. */
  stalled = false;
  /** `maxmemory` is reached: what needs memory is refused. */
  full = false;
  readonly #clock: Clock;
  readonly #network: Network;
  #waiting: (() => void)[] = [];
  /** Run when a stream got entries, or the server came back. */
  readonly readers = new Set<() => void>();

  constructor(clock: Clock, network: Network) {
    this.#clock = clock;
    this.#network = network;
  }

  stream(name: string): Stream {
    let stream = this.streams.get(name);
    if (!stream) {
      stream = new Stream();
      this.streams.set(name, stream);
    }
    return stream;
  }

  /**
   * Sends a command as go-redis does: it tries again when a connection breaks or no answer comes, so a
   * command may be executed more than once, and long after its caller stopped waiting.
   */
  command<Value>(
    owner: Owner,
    execute: () => Reply<Value>,
    done: (reply: Reply<Value>) => void,
    attempt = 1,
  ): void {
    const again = (reason: string) => {
      if (attempt === attempts) return done({ error: reason });
      const backoff = this.#network.between(8, 512);
      this.#clock.schedule(backoff, () => this.command(owner, execute, done, attempt + 1), owner);
    };
    this.#clock.schedule(this.#network.latency("redis"), () => {
      if (this.down) {
        this.#clock.schedule(1, () => again("connection refused"), owner);
        return;
      }
      if (this.stalled) {
        let over = false;
        const timeout = this.#clock.schedule(
          readTimeout,
          () => {
            over = true;
            again("i/o timeout");
          },
          owner,
        );
        this.#waiting.push(() => {
          const reply = execute();
          if (over) return;
          timeout.cancelled = true;
          this.#clock.schedule(this.#network.latency("redis"), () => done(reply), owner);
        });
        return;
      }
      if (this.#network.loses("request")) {
        this.#clock.schedule(1, () => again("connection reset"), owner);
        return;
      }
      const reply = execute();
      const lost = this.#network.loses("reply");
      // Most replies take no turn of their own: the answer of the sidecar is on its way for long enough.
      if (!lost && !owner.dead && !owner.paused && this.#network.between(0, 1) < 0.75) {
        done(reply);
        return;
      }
      const back = this.#network.latency("redis");
      this.#clock.schedule(back, () => (lost ? again("connection reset") : done(reply)), owner);
    });
  }

  /** HGETALL of a state key. */
  get(key: string): { data: string; version: number } | undefined {
    return this.hashes.get(key);
  }

  /** The script of the state component. `version` 0 means that the writer named none. */
  set(key: string, data: string, version: number, firstWrite: boolean): Reply<number> {
    const there = this.hashes.get(key);
    const allowed = !there || there.version === version || (!there.firstWrite && version === 0);
    if (!allowed) return { error: `failed to set key ${key}` };
    if (this.full) return { error: "OOM command not allowed when used memory > 'maxmemory'" };
    const next = (there?.version ?? 0) + 1;
    this.hashes.set(key, { data, version: next, firstWrite: firstWrite || (there?.firstWrite ?? false) });
    return { value: next };
  }

  delete(key: string, version: number): Reply<number> {
    const there = this.hashes.get(key);
    if (there && version !== 0 && there.version !== version) return { error: `failed to delete ${key}` };
    this.hashes.delete(key);
    return { value: there ? 1 : 0 };
  }

  add(stream: string, data: string, trim: Trim | undefined): Reply<number> {
    if (this.full) return { error: "OOM command not allowed when used memory > 'maxmemory'" };
    const id = this.stream(stream).add(this.#clock.now, data, trim);
    this.#tellReaders();
    return { value: id };
  }

  /** SIGKILL, or the end of it. What was written stays: it is in the append-only file. */
  setDown(down: boolean): void {
    this.down = down;
    if (down) this.#waiting = [];
    else this.#tellReaders();
  }

  /** SIGSTOP or a black hole. What waited is executed at the end, also what nobody waits for any more. */
  setStalled(stalled: boolean): void {
    this.stalled = stalled;
    if (stalled) return;
    for (const execute of this.#waiting.splice(0)) execute();
    this.#tellReaders();
  }

  snapshot(): () => void {
    const hashes = new Map([...this.hashes].map(([key, hash]) => [key, { ...hash }]));
    const streams = new Map([...this.streams].map(([name, stream]) => [name, stream.clone()]));
    return () => {
      this.hashes = hashes;
      this.streams = streams;
    };
  }

  empty(): void {
    this.hashes = new Map();
    this.streams = new Map();
  }

  #tellReaders(): void {
    for (const reader of this.readers) reader();
  }
}
