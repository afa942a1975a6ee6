import type { World } from "../harness/world.ts";

/** Something bad that is done to a running system, and undone as an operator or a cluster would. */
export interface Fault {
  /** Reads as the end of "entries survive …". */
  name: string;
  /** Runs while clients submit. Leaves every part running; what heals, heals without it. */
  strike(world: World): Promise<void>;
}
