/** A process that something was done by. Times in milliseconds. */
export interface Doer {
  readonly name: string;
  readonly dead: boolean;
  readonly diedAt: number | undefined;
  /** When it was asked to stop. */
  readonly stoppedAt: number | undefined;
}

export interface Calculation {
  index: number;
  process: Doer;
  startedAt: number;
  endedAt: number | undefined;
}

export interface Promised {
  index: number;
  sentAt: number;
  at: number;
  process: Doer;
}

/** A time in which something was wrong, in milliseconds; `process` or `pair` where it hit only one. */
export interface Trouble {
  kind: string;
  from: number;
  until: number;
  pair?: string;
  /** Data that was written after this time is lost. */
  losesFrom?: number;
}

/** What happened in a schedule, noted by the model and not by the program. */
export class Ledger {
  readonly promised = new Map<string, Promised>();
  readonly calculations: Calculation[] = [];
  readonly troubles: Trouble[] = [];
  readonly entered: { index: number; sentAt: number }[] = [];
  readonly cancels: { index: number; sentAt: number; answeredAt: number; status: number }[] = [];
  /** Events that cannot be handled, with the ids of their submissions. */
  readonly bad: { id: string; at: number; what: string; submissions: string[] }[] = [];
  /** Index to the times at which its summary was written. */
  readonly saved = new Map<number, number[]>();
  /** Processes that ended by themselves without being asked to. */
  readonly crashes: string[] = [];
  readonly answers = new Map<number, number>();
  readonly publishedByTopic = new Map<string, number>();
  /** Submission id to how often it was published. */
  readonly publishedById = new Map<string, number>();
  lastPublishedAt = 0;
  /** Whether the clocks of the replicas disagree. */
  readonly skewed: boolean;
  readonly #now: () => number;
  readonly #claims = new Map<string, number>();
  readonly #open = new Map<string, Calculation>();

  constructor(now: () => number, skewed: boolean) {
    this.#now = now;
    this.skewed = skewed;
  }

  calculation(index: number, step: "started" | "ended", process: Doer): void {
    const key = `${process.name} ${index}`;
    if (step === "started") {
      const calculation = { index, process, startedAt: this.#now(), endedAt: undefined };
      this.calculations.push(calculation);
      this.#open.set(key, calculation);
    } else {
      const calculation = this.#open.get(key);
      if (calculation) calculation.endedAt = this.#now();
    }
  }

  answered(status: number): void {
    this.answers.set(status, (this.answers.get(status) ?? 0) + 1);
  }

  /** A state key was written. */
  wrote(key: string, data: string): void {
    const [, kind, index] = /^(value|lease):(\d+)$/.exec(key) ?? [];
    if (kind === "value")
      this.saved.set(Number(index), [...(this.saved.get(Number(index)) ?? []), this.#now()]);
    if (kind !== "lease") return;
    const { holder } = JSON.parse(data) as { holder: string };
    const claim = `${holder} ${index}`;
    if (!this.#claims.has(claim)) this.#claims.set(claim, this.#now());
  }

  /** When the lease was taken under which a calculation began. */
  claimedAt({ process, index, startedAt }: Calculation): number {
    let last = Number.NEGATIVE_INFINITY;
    for (const [claim, at] of this.#claims) {
      if (at <= startedAt && at > last && claim.startsWith(`${process.name}/`) && claim.endsWith(` ${index}`))
        last = at;
    }
    return last === Number.NEGATIVE_INFINITY ? startedAt : last;
  }

  published(topic: string, event: string): void {
    this.publishedByTopic.set(topic, (this.publishedByTopic.get(topic) ?? 0) + 1);
    if (topic !== "submitted") return;
    this.lastPublishedAt = this.#now();
    for (const [, id] of event.matchAll(/"id":"([^"]*)","index"/g)) {
      this.publishedById.set(id!, (this.publishedById.get(id!) ?? 0) + 1);
    }
  }

  /** When the last promise for an index was answered; what was sent and not answered may still come. */
  lastAnswered(index: number): number {
    let last = Number.NEGATIVE_INFINITY;
    let answered = 0;
    for (const each of this.promised.values()) {
      if (each.index !== index) continue;
      answered += 1;
      last = Math.max(last, each.at);
    }
    const sent = this.entered.filter((each) => each.index === index).length;
    return answered === sent ? last : Number.POSITIVE_INFINITY;
  }

  crashed(name: string): void {
    this.crashes.push(name);
  }
}
