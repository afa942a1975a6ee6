import type { Noise } from "../model/network.ts";

/** Which replica a fault hits: an app, and a number that is taken modulo its replicas. */
export interface Target {
  app: "api" | "calculator";
  replica: number;
}

/** Something that happens at a time, in milliseconds. */
export type Step = { at: number } & (
  | { kind: "submit"; index: number; replica: number }
  | { kind: "submit-many"; index: number; count: number; replica: number }
  | { kind: "cancel"; index: number; replica: number }
  /** An event of ours whose data nobody can handle, in whole or in part. */
  | { kind: "submit-bad"; what: "whole" | "part" | "unstorable" }
  | { kind: "kill-app"; target: Target; backAfter: number }
  | { kind: "kill-sidecar"; target: Target; backAfter: number }
  /** App and sidecar are gone, and a new replica comes on another machine. */
  | { kind: "lose-node"; target: Target; backAfter: number }
  | { kind: "pause-app"; target: Target; lasts: number }
  | { kind: "pause-sidecar"; target: Target; lasts: number }
  /** A new replica comes, then the old one is asked to leave. */
  | { kind: "roll"; target: Target }
  | { kind: "redis-down"; lasts: number }
  | { kind: "redis-stalled"; lasts: number }
  | { kind: "redis-full"; lasts: number }
  /** Killed, and what was written in its last moments is gone. */
  | { kind: "redis-rolls-back"; loses: number; lasts: number }
  | { kind: "redis-emptied"; lasts: number }
  | { kind: "postgres-down"; lasts: number }
  | { kind: "postgres-stalled"; lasts: number }
  /** Every replica is started again with another limit. */
  | { kind: "limit"; upperLimit: number }
);

/** One schedule: data alone, so that it can be written down, replayed and shrunk. */
export interface Plan {
  family: string;
  seed: number;
  replicas: { api: number; calculator: number };
  /** Milliseconds by which the clock of each replica is ahead, in turn. */
  clockSkew: number[];
  noise: Noise;
  /** With limits and stream lengths that a short schedule reaches; see World.scale. */
  scaled?: boolean;
  upperLimit?: number;
  /** Every third statement takes up to this long to be committed, in milliseconds. */
  slowCommits?: number;
  /** An open page at each of these API replicas. */
  pages: number[];
  steps: Step[];
}
