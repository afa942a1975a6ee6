import { setTimeout as pace } from "node:timers/promises";
import type { Ledger } from "./ledger.ts";
import type { Random } from "./random.ts";

/** Clients that submit until they are stopped. */
export interface Clients {
  /** Resolves when the last answer is in. */
  stop(): Promise<void>;
}

export interface ClientOptions {
  count: number;
  /** Milliseconds between a client's answer and its next request, on average. */
  pauseMs: number;
  /** The largest index that the system accepts. */
  upperLimit: number;
  ledger: Ledger;
  random: Random;
  /** Addresses that take `POST /values`; asked before each request. */
  targets: () => string[];
}

/** Starts clients that submit steadily: new indexes, repeats, some long ones, some that are refused. */
export function startClients(options: ClientOptions): Clients {
  let stopped = false;
  const one = async (random: Random) => {
    while (!stopped) {
      await submit(random.pick(options.targets()), chooseIndex(random, options.upperLimit), options.ledger);
      await pace(random.between(0, 2 * options.pauseMs));
    }
  };
  const running = Array.from({ length: options.count }, () => one(options.random.child()));
  return {
    async stop() {
      stopped = true;
      await Promise.all(running);
    },
  };
}

/** Sends one submission and notes the answer; a broken connection is an answer too. */
export async function submit(target: string, index: unknown, ledger: Ledger): Promise<number> {
  let status = 0;
  let body: unknown;
  try {
    const response = await fetch(`${target}/values`, {
      method: "POST",
      headers: { "content-type": "application/json" },
      body: JSON.stringify({ index }),
      signal: AbortSignal.timeout(30_000),
    });
    body = await response.json();
    status = response.status;
  } catch {
    // Without a whole answer the client was promised nothing.
    status = 0;
  }
  ledger.note(status, index, body);
  return status;
}

function chooseIndex(random: Random, upperLimit: number): unknown {
  const kind = random.fraction();
  if (kind < 0.45) return random.between(0, 40);
  if (kind < 0.9) return random.between(0, 5_000);
  if (kind < 0.96) return random.between(5_000, 400_000);
  return random.pick<unknown>([-5, 1.5, "abc", "1e9", null, [], upperLimit + 1, "9".repeat(400)]);
}
