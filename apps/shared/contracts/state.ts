/**
 * What the state store holds. A value never changes once it is there, so any
 * copy of it (memory, replica) is as good as the master's.
 */
import { z } from "zod";

/**
 * The summary of a value: saved last, after all its chunks, so that whoever
 * reads a summary can read the whole value.
 */
export const Value = z.object({
  index: z.int().min(0),
  /** Count of decimal digits. */
  digits: z.int().min(1),
  /** All digits, when there are at most `wholeDigits`. Otherwise absent. */
  value: z.string().optional(),
  /** The first and last `endDigits` digits of a longer value. Absent for a short one. */
  head: z.string().optional(),
  tail: z.string().optional(),
  /** ISO 8601, when the calculation ended. */
  calculatedAt: z.string(),
  /** The replica that calculated it. */
  calculatedBy: z.string(),
  /** How long the arithmetic took, without waiting for a turn. */
  milliseconds: z.number().min(0),
});
export type Value = z.infer<typeof Value>;

/** One stretch of digits of a long value. An object, since a bare string of digits is read back as a rounded number. */
export const Chunk = z.object({ digits: z.string() });
export type Chunk = z.infer<typeof Chunk>;

/** A calculator's claim on an index: whoever holds it calculates, everyone else waits. */
export const Lease = z.object({
  /** Unique for each claim, not each replica. */
  holder: z.string(),
  /** Milliseconds since 1970; from then on anyone may take the lease over. */
  until: z.number(),
});
export type Lease = z.infer<typeof Lease>;

export const valueKey = (index: number) => `value:${index}`;
export const chunkKey = (index: number, chunk: number) => `value:${index}:chunk:${chunk}`;
/** Holds a `Cancelled` event. */
export const cancelledKey = (index: number) => `cancelled:${index}`;
export const leaseKey = (index: number) => `lease:${index}`;

/** Names one life of the store, from empty to emptied; written by whoever finds it missing. */
export const storeLifeKey = "life";
export const StoreLife = z.object({ id: z.string() });
export type StoreLife = z.infer<typeof StoreLife>;

/** How far the sweep has come in the history; counts only in the life that it names. */
export const sweepKey = "sweep";
export const SweepMark = z.object({ life: z.string(), position: z.string() });
export type SweepMark = z.infer<typeof SweepMark>;
