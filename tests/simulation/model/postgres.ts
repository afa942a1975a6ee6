import type { Clock, Owner } from "../kernel/clock.ts";
import type { Network } from "./network.ts";
import type { Reply } from "./redis.ts";

export interface Row {
  id: string;
  number: number;
  submittedAt: string;
  /** Milliseconds since 1970, by the clock of the server, when the statement reached the row. */
  recordedAt: number;
  position: number;
}

export interface Letter {
  id: string;
  eventId: string;
  component: string;
  type: string | null;
  topic: string;
  consumer: string;
  reason: string;
  data: string;
  diedAt: number;
  replayedAt: number | undefined;
}

interface Transaction {
  rows: Row[];
  waiters: (() => void)[];
  over: boolean;
}

/**
 * The two tables. Statements take time between the moment they assign positions and the moment they are
 * committed, so that positions become visible in another order than they were assigned; a row that
 * another open transaction holds makes a statement wait for its end.
 */
export class Postgres {
  readonly rows = new Map<string, Row>();
  readonly letters = new Map<string, Letter>();
  /** By position; those of a page are found without sorting all. */
  readonly ordered: Row[] = [];
  down = false;
  stalled = false;
  readonly #clock: Clock;
  readonly #network: Network;
  readonly #epoch: number;
  readonly #open = new Set<Transaction>();
  #position = 0;
  #waiting: (() => void)[] = [];

  constructor(clock: Clock, network: Network, epoch: number) {
    this.#clock = clock;
    this.#network = network;
    this.#epoch = epoch;
  }

  /** Milliseconds since 1970. */
  get time(): number {
    return this.#epoch + this.#clock.now;
  }

  /**
   * Runs a statement.
   * @param start does its work; it calls `commit` when it has what it needs, at once or later.
   */
  statement<Value>(
    owner: Owner,
    start: (commit: (apply: () => Value) => void, transaction: Transaction) => void,
    done: (reply: Reply<Value>) => void,
  ): void {
    const fail = (error: string) => this.#clock.schedule(1, () => done({ error }), owner);
    const begin = () => {
      if (this.down) return fail("failed to connect");
      const transaction: Transaction = { rows: [], waiters: [], over: false };
      this.#open.add(transaction);
      start((apply) => {
        this.#clock.schedule(this.#network.commitTime(), () => {
          if (transaction.over) return fail("terminating connection");
          const value = apply();
          this.#end(transaction);
          // The outcome of a statement whose connection breaks now is not known to the caller.
          const lost = this.#network.loses("reply");
          const back = this.#network.latency("postgres");
          this.#clock.schedule(back, () => done(lost ? { error: "unexpected EOF" } : { value }), owner);
        });
      }, transaction);
    };
    this.#clock.schedule(this.#network.latency("postgres"), () => {
      if (this.stalled) this.#waiting.push(begin);
      else begin();
    });
  }

  /** INSERT … ON CONFLICT DO NOTHING, row by row in the order of ids. */
  insert(rows: Omit<Row, "position" | "recordedAt">[], transaction: Transaction, then: () => void): void {
    const [first, ...rest] = rows;
    if (!first) {
      then();
      return;
    }
    this.#position += 1;
    const row: Row = { ...first, recordedAt: this.time, position: this.#position };
    const place = () => {
      if (transaction.over) return;
      const holder = [...this.#open].find(
        (other) => other !== transaction && other.rows.some(({ id }) => id === row.id),
      );
      if (holder) {
        holder.waiters.push(place);
        return;
      }
      if (!this.rows.has(row.id)) transaction.rows.push(row);
      this.insert(rest, transaction, then);
    };
    place();
  }

  /** Makes the rows of a transaction visible. */
  publish({ rows }: Transaction): void {
    for (const row of rows) {
      this.rows.set(row.id, row);
      let at = this.ordered.length;
      while (at > 0 && this.ordered[at - 1]!.position > row.position) at -= 1;
      this.ordered.splice(at, 0, row);
    }
  }

  /** A crash aborts what is open. */
  setDown(down: boolean): void {
    this.down = down;
    if (!down) return;
    for (const transaction of [...this.#open]) this.#end(transaction);
    this.#waiting = [];
  }

  setStalled(stalled: boolean): void {
    this.stalled = stalled;
    if (!stalled) for (const begin of this.#waiting.splice(0)) begin();
  }

  #end(transaction: Transaction): void {
    transaction.over = true;
    this.#open.delete(transaction);
    for (const waiter of transaction.waiters.splice(0)) waiter();
  }
}
