/** What the parts of a world know of each other. The classes that stand behind it import this, and not one another. */
import type { Program, Programs } from "../bundle/evaluate.ts";
import type { Settings } from "../bundle/settings.ts";
import type { Ledger } from "../checks/ledger.ts";
import type { Clock, Owner, Timer } from "../kernel/clock.ts";
import type { Random } from "../kernel/random.ts";
import type { SidecarRequest } from "../standins/environment.ts";
import type { Answer } from "../standins/messages.ts";
import type { Network } from "./network.ts";
import type { Postgres } from "./postgres.ts";
import type { Redis } from "./redis.ts";
import type { Trim } from "./stream.ts";

export type AppId = "api" | "calculator";

/** An HTTP request to an app. */
export interface AppCall {
  method: string;
  url: string;
  body?: string;
  headers?: Record<string, string>;
}

/** A process of an app. */
export interface Process extends Owner {
  readonly name: string;
  readonly listens: boolean;
  /** When SIGTERM was sent, in milliseconds of the world. */
  readonly stoppedAt: number | undefined;
  readonly diedAt: number | undefined;
  /** What it said of itself when it was asked last. */
  unrecorded: number;
  start(program: Program): void;
  request(call: AppCall, done: (answer: Answer | undefined) => void, wrote?: (text: string) => void): void;
  terminate(): void;
  kill(): void;
}

export type ReplyTo = (answer: Answer | undefined) => void;

/** A running daprd. */
export interface SidecarProcess extends Owner {
  readonly listens: boolean;
  readonly world: SimulatedWorld;
  readonly pair: Replica;
  start(): void;
  /** The app opened its port. */
  appListens(): void;
  receive(request: SidecarRequest, reply: ReplyTo): void;
  defer(milliseconds: number, action: () => void): Timer;
  drain(): void;
  kill(): void;
}

/** An app's process and its sidecar. */
export interface Replica {
  readonly appId: AppId;
  readonly name: string;
  readonly clockSkew: number;
  readonly leaving: boolean;
  readonly app: Process | undefined;
  readonly sidecar: SidecarProcess | undefined;
  start(): void;
  startApp(): void;
  startSidecar(): void;
  appEnded(app: Process): void;
  leave(): void;
  lose(): void;
}

export interface SimulatedWorld {
  readonly programs: Programs;
  readonly settings: Settings;
  readonly clock: Clock;
  readonly random: Random;
  readonly network: Network;
  readonly ledger: Ledger;
  readonly redis: Redis;
  readonly postgres: Postgres;
  /** Milliseconds since 1970 at the beginning. */
  readonly epoch: number;
  readonly pairs: Replica[];
  upperLimit: number;
  addPair(app: AppId): Replica;
  find(target: { app: AppId; replica: number }): Replica | undefined;
  trimOf(component: string): Trim | undefined;
  durationOf(index: number): number;
  say(who: string, level: string, fields: unknown, message: string | undefined): void;
}
