import type { Programs } from "../bundle/evaluate.ts";
import type { Settings } from "../bundle/settings.ts";
import { Ledger } from "../checks/ledger.ts";
import { Clock } from "../kernel/clock.ts";
import { Random } from "../kernel/random.ts";
import { settle } from "../kernel/settle.ts";
import type { Plan, Target } from "../plan/plan.ts";
import { takeStep } from "./faults.ts";
import { Network } from "./network.ts";
import { Page } from "./page.ts";
import { Pair } from "./pair.ts";
import type { SimulatedWorld } from "./parts.ts";
import { Postgres } from "./postgres.ts";
import { Redis } from "./redis.ts";
import type { Trim } from "./stream.ts";

/** By what the limits of the program and the length of the stream are divided in a scaled schedule. */
export const scale = 1_000;

/** What a world is made of, the same for every schedule. */
export interface Parts {
  programs: Programs;
  /** The same, with the limits divided by `scale`. */
  scaledPrograms: Programs;
  settings: Settings;
  /** Is told every line that the processes log. */
  say?: (line: string) => void;
}

/** A whole system in one thread: replicas, Redis, Postgres, clients and pages, in virtual time. */
export class World implements SimulatedWorld {
  readonly plan: Plan;
  readonly programs: Programs;
  readonly settings: Settings;
  readonly clock = new Clock(settle);
  readonly random: Random;
  readonly network: Network;
  readonly ledger: Ledger;
  readonly redis: Redis;
  readonly postgres: Postgres;
  /** Milliseconds since 1970 at the beginning. */
  readonly epoch = Date.UTC(2026, 0, 1);
  readonly pairs: Pair[] = [];
  readonly pages: Page[] = [];
  upperLimit: number;
  /** Limits and lengths are divided by this, so that a short schedule reaches them. */
  readonly scale: number;
  readonly #say: ((line: string) => void) | undefined;
  #names = 0;

  constructor(plan: Plan, { programs, scaledPrograms, settings, say }: Parts) {
    this.plan = plan;
    this.scale = plan.scaled ? scale : 1;
    this.programs = plan.scaled ? scaledPrograms : programs;
    this.settings = settings;
    this.#say = say;
    this.random = new Random(plan.seed);
    this.network = new Network(this.random, plan.noise);
    this.network.slowCommits = plan.slowCommits ?? 0;
    this.ledger = new Ledger(() => this.clock.now, plan.clockSkew.length > 0);
    this.redis = new Redis(this.clock, this.network);
    this.postgres = new Postgres(this.clock, this.network, this.epoch);
    this.upperLimit = plan.upperLimit ?? 1_000_000_000;
    for (const app of ["api", "calculator"] as const) {
      for (let count = plan.replicas[app]; count > 0; count--) this.addPair(app).start();
    }
    for (const replica of plan.pages) this.pages.push(new Page(this, replica));
    for (const step of plan.steps) this.clock.schedule(step.at, () => takeStep(this, step));
  }

  addPair(app: Pair["appId"]): Pair {
    const { clockSkew } = this.plan;
    const skew = clockSkew.length > 0 ? clockSkew[this.#names % clockSkew.length]! : 0;
    this.#names += 1;
    const pair = new Pair(this, app, `${app}-${this.#names}`, skew);
    this.pairs.push(pair);
    return pair;
  }

  /** The replicas of an app that are not on their way out. */
  present(app: Pair["appId"]): Pair[] {
    return this.pairs.filter((pair) => pair.appId === app && !pair.leaving);
  }

  find({ app, replica }: Target): Pair | undefined {
    const there = this.present(app);
    return there[replica % there.length];
  }

  /** How a component's streams are trimmed. */
  trimOf(component: string): Trim | undefined {
    const maxLength = this.settings.pubsub[component]?.maxLength;
    if (maxLength === undefined) return undefined;
    const { scale } = this;
    return { maxLength: maxLength / scale, node: Math.max(1, 100 / scale) };
  }

  /** How long the arithmetic of an index takes, in milliseconds: a minute for the largest index there is. */
  durationOf(index: number): number {
    return index < 700_000 ? 0 : (index / 1e9) * 60_000;
  }

  say(who: string, level: string, fields: unknown, message: string | undefined): void {
    this.#say?.(
      `${(this.clock.now / 1_000).toFixed(3)} ${who} ${level} ${message ?? ""} ${JSON.stringify(fields)}`,
    );
  }

  /** Asks every replica of the API how many submissions it remembers; the answers come soon. */
  look(): void {
    for (const { appId, app } of this.pairs) {
      if (appId !== "api" || !app?.listens) continue;
      app.request({ method: "GET", url: "/system" }, (answer) => {
        if (answer?.status === 200)
          app.unrecorded = (JSON.parse(answer.text) as { unrecorded: number }).unrecorded;
      });
    }
  }

  /** Everything heals: nothing is lost, slow or away from here on. */
  heal(): void {
    this.network.lossy = false;
    this.redis.full = false;
    if (this.redis.down) this.redis.setDown(false);
    if (this.redis.stalled) this.redis.setStalled(false);
    if (this.postgres.down) this.postgres.setDown(false);
    if (this.postgres.stalled) this.postgres.setStalled(false);
    for (const pair of this.pairs) {
      for (const part of [pair.app, pair.sidecar]) if (part?.paused) this.clock.resume(part);
      if (!pair.leaving) pair.start();
    }
    for (const app of ["api", "calculator"] as const) {
      if (this.present(app).length === 0) this.addPair(app).start();
    }
  }

  /** Nothing of this world runs any more. */
  end(): void {
    for (const { app, sidecar } of this.pairs) {
      if (app) app.dead = true;
      if (sidecar) sidecar.dead = true;
    }
  }
}
