import type { Environment } from "../standins/environment.ts";

/**
 * The process whose turn it is. Processes share the evaluated code of their app, which keeps no state of
 * its own outside of `run`; what tells them apart is the environment that is in here during their turn.
 */
export const host = {} as { current: Environment };
