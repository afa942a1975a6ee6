/** What the load generator is asked to do. */
export interface LoadPlan {
  port: number;
  method: "GET" | "POST";
  path: string;
  /** Bodies of POST requests, sent in turn and again from the first. */
  bodies?: string[];
  /** Connections; each has one request under way at a time. */
  inFlight: number;
  seconds: number;
  /** Stops earlier, when that many are answered. */
  most?: number;
}

/** What it saw. */
export interface LoadResult {
  /** Requests that were answered with 2xx. */
  done: number;
  /** Requests that were answered otherwise, by status; 0 is a broken connection. */
  failed: Record<number, number>;
  seconds: number;
  /** Milliseconds from sending to the whole answer. */
  p50: number;
  p99: number;
}
