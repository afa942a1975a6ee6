import { type System, startSystem } from "../../../scripts/local/system.ts";
import { waitFor } from "../../../scripts/local/wait-for.ts";
import { type ClientOptions, startClients } from "./clients.ts";
import { Ledger } from "./ledger.ts";
import type { Random } from "./random.ts";
import { chanceOfThisRun } from "./settings.ts";
import { startWitness, type Witness } from "./witness.ts";

/** Far above what the other tests use, so that there are calculations long enough to be hit. */
export const upperLimit = 200_000_000;

/** A running system, what clients were promised by it, and what was done to it. */
export interface World {
  readonly system: System;
  readonly ledger: Ledger;
  readonly witness: Witness;
  readonly random: Random;
  /**
   * How often a calculator died or the store forgot: each may cost an index that was under
   * way a second calculation. Faults count themselves here.
   */
  deaths: number;
  /** When everything was held to its promises last, in ISO 8601, and how many had died by then. */
  looked: { deaths: number; at: string };
  /** Dead letters that faults made on purpose. */
  expectedLetters: number;
  /** Does something while clients submit; they use every API replica, half of them through its sidecar. */
  underLoad(action: () => Promise<void>, options?: Partial<ClientOptions>): Promise<void>;
  /** Waits until clients got this many more promises. */
  promises(more: number): Promise<void>;
  stop(): Promise<void>;
}

export interface WorldOptions {
  api?: number;
  calculator?: number;
  env?: Record<string, string>;
}

/** Starts a system of its own for a test file. */
export async function startWorld({ api = 1, calculator = 1, env = {} }: WorldOptions = {}): Promise<World> {
  const random = chanceOfThisRun();
  const common = { UPPER_LIMIT: String(upperLimit), LOG_LEVEL: "warn", ...env };
  const system = await startSystem({
    replicas: { api, calculator },
    env: { api: common, calculator: common },
    replica: { sidecarArgs: ["--log-level=warn"] },
    // Few enough that a test can take them all.
    postgres: { max_connections: "30" },
    say: () => {},
  });
  const witness = startWitness(system);
  const ledger = new Ledger();
  const targets = () =>
    system.api.flatMap(({ app, sidecar }) => [app.url, `${sidecar.url}/v1.0/invoke/api/method`]);
  return {
    system,
    ledger,
    witness,
    random,
    deaths: 0,
    looked: { deaths: 0, at: "" },
    expectedLetters: 0,
    async underLoad(action, options = {}) {
      const steady = { count: 4, pauseMs: 25, upperLimit, ledger, random: random.child(), targets };
      const clients = startClients({ ...steady, ...options });
      try {
        await action();
      } finally {
        await clients.stop();
      }
    },
    async promises(more) {
      const wanted = ledger.accepted + more;
      await waitFor(`${more} more promises`, () => ledger.accepted >= wanted, { deadlineMs: 90_000 });
    },
    async stop() {
      await witness.stop();
      await system.stop();
    },
  };
}
