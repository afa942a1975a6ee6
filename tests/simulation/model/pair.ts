import type { Program } from "../bundle/evaluate.ts";
import type { AppId, Process, Replica, SimulatedWorld } from "./parts.ts";
import { AppProcess } from "./process.ts";
import { Sidecar } from "./sidecar.ts";

/** A replica: the process of an app and its sidecar, either of which may be gone for a while. */
export class Pair implements Replica {
  readonly appId: AppId;
  readonly name: string;
  /** Milliseconds by which the clock of this replica is ahead. */
  readonly clockSkew: number;
  app: AppProcess | undefined;
  sidecar: Sidecar | undefined;
  /** The replica is on its way out, or its node is lost: nothing is started again. */
  leaving = false;
  readonly #world: SimulatedWorld;
  #starts = 0;
  #variables: Record<string, string>;

  constructor(world: SimulatedWorld, appId: AppId, name: string, clockSkew: number) {
    this.#world = world;
    this.appId = appId;
    this.name = name;
    this.clockSkew = clockSkew;
    this.#variables = { UPPER_LIMIT: String(world.upperLimit), NOTICE_SECONDS: "1", GRACE_SECONDS: "25" };
  }

  get program(): Program {
    return this.#world.programs[this.appId];
  }

  startApp(): void {
    if (this.leaving || (this.app && !this.app.dead)) return;
    this.#starts += 1;
    this.#variables.UPPER_LIMIT = String(this.#world.upperLimit);
    this.app = new AppProcess(this.#world, this, `${this.name}#${this.#starts}`, this.#variables);
    this.app.start(this.program);
  }

  startSidecar(): void {
    if (this.leaving || (this.sidecar && !this.sidecar.dead)) return;
    this.sidecar = new Sidecar(this.#world, this);
    this.sidecar.start();
  }

  start(): void {
    this.startApp();
    this.startSidecar();
  }

  /** The app ended by itself: after SIGTERM, or by a bug. */
  appEnded(app: Process): void {
    if (app.stoppedAt === undefined) this.#world.ledger.crashed(app.name);
  }

  /** SIGTERM to both, as when Kubernetes removes a pod: the sidecar stays until the app is gone. */
  leave(): void {
    this.leaving = true;
    this.sidecar?.drain();
    if (this.app?.dead === false) this.app.terminate();
  }

  /** The machine is gone. */
  lose(): void {
    this.leaving = true;
    this.app?.kill();
    this.sidecar?.kill();
  }
}
