/**
 * The replicas of both apps, by what this page has heard of them.
 *
 * A calculator reports progress twice a second while it works, so one that falls silent in mid-work
 * is probably dead; it certainly lost its work when another calculator takes its index over. An idle
 * calculator reports nothing: it stays until nothing has been heard of it for ten minutes.
 */
import { signal } from "@preact/signals";
import type { PageEvents, SystemState } from "../../shared/contracts/http.ts";
import type { Value } from "../../shared/contracts/state.ts";

export interface Calculator {
  replica: string;
  state: "idle" | "working" | "silent";
  /** The index of the last progress event, while working or silent. */
  index?: number;
  /** 0 to 1. */
  fraction?: number;
  /** When it was last heard of, in milliseconds since 1970. */
  heardAt: number;
}

export interface ApiReplica {
  replica: string;
  startedAt: string;
  answeredAt: number;
}

/** Milliseconds. */
const silentAfter = 5_000;
const silentForgottenAfter = 60_000;
const idleForgottenAfter = 600_000;
const apiForgottenAfter = 20_000;

/** As many as fit beside the other stations; the System part of the page lists all. */
const mostShown = 3;

/**
 * The calculators with a place of their own in the diagram: those that work or fell silent in mid-work,
 * then the first by name. A value alone changes nothing, so that pills do not come and go with each one.
 *
 * @param calculators in the order of their names, which the result keeps.
 */
export function shownCalculators(calculators: readonly Calculator[]): Calculator[] {
  if (calculators.length <= mostShown) return [...calculators];
  const rank = ({ state }: Calculator) => (state === "idle" ? 1 : 0);
  // The last place tells how many more there are.
  const first = calculators.toSorted((a, b) => rank(a) - rank(b)).slice(0, mostShown - 1);
  return calculators.filter((one) => first.includes(one));
}

export function createReplicas() {
  const calculators = signal<readonly Calculator[]>([]);
  const apis = signal<readonly ApiReplica[]>([]);
  /** The last report on each calculator in `GET /system`, to notice a new one. */
  const reported = new Map<string, string>();

  function heard(replica: string, change: Partial<Calculator>): void {
    const before = calculators.peek().find((one) => one.replica === replica);
    const now: Calculator = { ...(before ?? { replica, state: "idle" }), heardAt: Date.now(), ...change };
    const others = calculators.peek().filter((one) => one !== before);
    calculators.value = [...others, now].sort((a, b) => (a.replica < b.replica ? -1 : 1));
  }

  function change(which: (one: Calculator) => boolean, to: Partial<Calculator>): void {
    if (calculators.peek().some(which)) {
      calculators.value = calculators.peek().map((one) => (which(one) ? { ...one, ...to } : one));
    }
  }

  const worksOn = (index: number) => (one: Calculator) => one.state !== "idle" && one.index === index;

  return {
    calculators,
    apis,
    /** @returns the replica that this one took the index over from, if any. */
    progress({ index, fraction, calculatedBy }: PageEvents["progress"]): string | undefined {
      const from = calculators.peek().find((one) => one.replica !== calculatedBy && worksOn(index)(one));
      // Its own lease has expired, whether it is dead or only slow.
      if (from) change((one) => one === from, { state: "silent" });
      heard(calculatedBy, { state: "working", index, fraction });
      return from?.replica;
    },
    isWorkingOn: (replica: string, index: number): boolean =>
      calculators
        .peek()
        .some((one) => one.replica === replica && one.state === "working" && one.index === index),
    calculated({ index, calculatedBy }: Pick<Value, "index" | "calculatedBy">): void {
      change((one) => one.state === "working" && one.index === index, { state: "idle" });
      const before = calculators.peek().find((one) => one.replica === calculatedBy);
      heard(calculatedBy, { state: before?.state === "working" ? "working" : "idle" });
    },
    cancelled(index: number): void {
      change((one) => one.state === "working" && one.index === index, { state: "idle" });
    },
    /** `GET /system` has answered. */
    system({ replica, startedAt = "", calculators: listed = [] }: Partial<SystemState>): void {
      const now = Date.now();
      for (const { replica: name, lastAt } of listed) {
        const last = reported.get(name);
        reported.set(name, lastAt);
        if (last !== undefined && last !== lastAt) heard(name, {});
        else if (!last && !calculators.peek().some((one) => one.replica === name)) {
          heard(name, { heardAt: Math.min(now, Date.parse(lastAt) || now) });
        }
      }
      if (replica === undefined) return;
      const others = apis.peek().filter((one) => one.replica !== replica);
      apis.value = [...others, { replica, startedAt, answeredAt: now }].sort((a, b) =>
        a.replica < b.replica ? -1 : 1,
      );
    },
    /** Drops and marks replicas that have been silent for too long. Runs every second while the stream is open. */
    age(): void {
      const now = Date.now();
      const silent = (one: Calculator) => one.state === "working" && now - one.heardAt > silentAfter;
      change(silent, { state: "silent" });
      const kept = calculators
        .peek()
        .filter(
          ({ state, heardAt }) =>
            now - heardAt < (state === "silent" ? silentForgottenAfter : idleForgottenAfter),
        );
      if (kept.length < calculators.peek().length) calculators.value = kept;
      const answering = apis.peek().filter((one) => now - one.answeredAt < apiForgottenAfter);
      // The last one stays: with the connection lost, the diagram shows it as unreachable.
      if (answering.length > 0 && answering.length < apis.peek().length) apis.value = answering;
    },
    /** While the stream was closed this page heard nothing, which says nothing about the replicas. */
    resync(): void {
      change((one) => one.state === "working", { heardAt: Date.now() });
    },
  };
}
