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
  /** The same as digitCount: its name before 0.2, which replicas of 0.1 still read during an update. */
  digits: z.int().min(1).meta({ deprecated: true }),
  /** How many decimal digits it has. */
  digitCount: z.int().min(1),
  /** The value in decimal, when it has at most `wholeDigits` digits. Otherwise absent. */
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

/** Reads a value that this version or 0.1 wrote. */
export const ReadValue = z
  .unknown()
  .transform((stored) => ({ digitCount: (stored as Partial<Value> | null)?.digits, ...(stored as object) }))
  .pipe(Value);

/** One stretch of digits of a long value. An object, since a bare string of digits is read back as a rounded number. */
export const Chunk = z.object({ digits: z.string() });
export type Chunk = z.infer<typeof Chunk>;

/** The right to calculate an index: its holder calculates, other calculators leave the index alone. */
export const Lease = z.object({
  /** Unique for each lease that is acquired, not for each replica. */
  holder: z.string(),
  /** Milliseconds since 1970; from then on the lease has expired, and any calculator can acquire it. 0: released. */
  until: z.number(),
});
export type Lease = z.infer<typeof Lease>;

/** A cancellation in the state store. It counts for entries up to `at`, unless a later entry has been taken up. */
export const Cancellation = z.object({
  index: z.int().min(0),
  /** ISO 8601, when the index was cancelled last. */
  at: z.string(),
  /** ISO 8601, of the later entry that a calculator began to calculate. */
  resumedBy: z.string().optional(),
});
export type Cancellation = z.infer<typeof Cancellation>;

export const valueKey = (index: number) => `value:${index}`;
export const chunkKey = (index: number, chunk: number) => `value:${index}:chunk:${chunk}`;
/** Holds a `Cancellation`. */
export const cancelledKey = (index: number) => `cancelled:${index}`;
export const leaseKey = (index: number) => `lease:${index}`;

/** Names one life of the store, from empty to emptied; written by the first replica that finds it missing. */
export const storeLifeKey = "life";
export const StoreLife = z.object({ id: z.string() });
export type StoreLife = z.infer<typeof StoreLife>;

/** How far the sweep has come in the history; counts only in the life that it names. */
export const sweepKey = "sweep";
export const SweepMark = z.object({
  life: z.string(),
  position: z.string(),
  /** The tick that wrote it. Absent in 0.1, like `upperLimit`. */
  tick: z.string().optional(),
  /** Indexes above it were passed by. */
  upperLimit: z.number().optional(),
});
export type SweepMark = z.infer<typeof SweepMark>;
