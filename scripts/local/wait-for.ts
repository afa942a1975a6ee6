import { setTimeout as sleep } from "node:timers/promises";

/** Limits of a wait. */
export type WaitOptions = {
  /** How long to wait before giving up. */
  deadlineMs?: number;
  /** The pause between two looks. */
  everyMs?: number;
  /** Ends the wait early. */
  signal?: AbortSignal;
};

/**
 * Looks again and again until the condition gives something truthy, and returns it. A condition
 * that throws counts as "not yet"; the error at the deadline names what was awaited and why it
 * did not come.
 */
export async function waitFor<T>(
  what: string,
  condition: () => T | Promise<T>,
  { deadlineMs = 30_000, everyMs = 50, signal }: WaitOptions = {},
): Promise<NonNullable<T>> {
  const end = Date.now() + deadlineMs;
  let last = "it did not come";
  for (;;) {
    signal?.throwIfAborted();
    try {
      const value = await condition();
      if (value) return value;
    } catch (error) {
      last = error instanceof Error ? withCause(error) : String(error);
    }
    if (Date.now() >= end) throw new Error(`Waited ${deadlineMs / 1000} s for ${what}: ${last}`);
    await sleep(everyMs, undefined, signal ? { signal } : {});
  }
}

/** True when the address answers with a 2xx within a second. */
export async function answersOk(url: string): Promise<boolean> {
  const response = await fetch(url, { signal: AbortSignal.timeout(1_000) });
  const body = await response.text();
  if (response.ok) return true;
  throw new Error(`${url} answers ${response.status} ${body.slice(0, 200)}`);
}

function withCause(error: Error): string {
  const cause = error.cause instanceof Error ? ` (${error.cause.message})` : "";
  return error.message + cause;
}
