/**
 * What a simulated process can reach: time, chance, its port and its sidecar. Each process has one of its
 * own, so that clocks may disagree.
 */
export interface Environment {
  /** Milliseconds since 1970 by the clock of this process. */
  wallTime(): number;
  /** Milliseconds since the process started. */
  monotonicTime(): number;
  /** Runs an action later, unless the process is dead by then. */
  defer(milliseconds: number, action: () => void): { cancelled: boolean };
  /** From 0 to 1. */
  random(): number;
  uuid(): string;
  /** Opens the port of the process, or closes it. */
  listen(handler: RequestHandler | undefined): void;
  /** One HTTP call of the sidecar. Exactly one of the two functions is called, unless the process dies first. */
  call(
    request: SidecarRequest,
    answered: (status: number, text: string) => void,
    failed: (reason: string) => void,
  ): void;
  /** The arithmetic of an index began, or ended. */
  calculation(index: number, step: "started" | "ended"): void;
  /** How long the arithmetic of an index takes, in milliseconds. */
  duration(index: number): number;
  log(level: string, fields: unknown, message: string | undefined): void;
  exit(code: number): void;
  variables: Record<string, string>;
  /** What the process does on a signal. */
  onSignal(name: string, action: (name: string) => void): void;
}

export interface SidecarRequest {
  method: string;
  path: string;
  headers: Record<string, unknown>;
  body: string;
}

// biome-ignore lint/suspicious/noExplicitAny: the stand-ins have the parts of Node's objects that the apps use.
export type RequestHandler = (request: any, response: any) => void;

declare global {
  /** Holds the environment of the process whose turn it is; a parameter of the bundle's function. */
  var host: { current: Environment };
}
