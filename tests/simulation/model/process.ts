import type { Program } from "../bundle/evaluate.ts";
import type { Environment, RequestHandler, SidecarRequest } from "../standins/environment.ts";
import { type Answer, FakeRequest, FakeResponse } from "../standins/messages.ts";
import type { AppCall, Process, Replica, SimulatedWorld } from "./parts.ts";

/** One process of an app: the program, evaluated in an environment of its own. */
export class AppProcess implements Process, Environment {
  dead = false;
  paused = false;
  readonly held: (() => void)[] = [];
  /** Unique for each start. */
  readonly name: string;
  readonly variables: Record<string, string>;
  readonly startedAt: number;
  /** SIGTERM was sent at this time, in milliseconds of the world. */
  stoppedAt: number | undefined;
  diedAt: number | undefined;
  /** What it said of itself when it was asked last. */
  unrecorded = 0;
  readonly #world: SimulatedWorld;
  readonly #pair: Replica;
  readonly #open = new Set<(answer: undefined) => void>();
  readonly #signals = new Map<string, (name: string) => void>();
  #handler: RequestHandler | undefined;

  constructor(world: SimulatedWorld, pair: Replica, name: string, variables: Record<string, string>) {
    this.#world = world;
    this.#pair = pair;
    this.name = name;
    this.variables = { ...variables, REPLICA: name };
    this.startedAt = world.clock.now;
  }

  start(program: Program): void {
    // Loading the program takes a moment, in which its port is closed.
    this.defer(this.#world.random.between(50, 400), () => program());
  }

  get listens(): boolean {
    return !this.dead && this.#handler !== undefined;
  }

  /**
   * Sends a request to the process.
   * @param done is given the answer, or undefined when the connection was refused or broke.
   * @param wrote is given each piece of a streamed answer.
   */
  request(
    { method, url, body, headers }: AppCall,
    done: (answer: Answer | undefined) => void,
    wrote?: (text: string) => void,
  ): void {
    const { clock } = this.#world;
    if (!this.listens) {
      clock.schedule(0.5, () => done(undefined));
      return;
    }
    let over = false;
    const finish = (answer: Answer | undefined) => {
      if (over) return;
      over = true;
      this.#open.delete(finish);
      clock.schedule(this.#world.network.latency("app"), () => done(answer));
    };
    this.#open.add(finish);
    clock.schedule(
      this.#world.network.latency("app"),
      () => {
        if (!this.#handler) return finish(undefined);
        const response = new FakeResponse(finish, wrote);
        this.#handler(new FakeRequest(method, url, body, headers), response);
      },
      this,
    );
  }

  /** SIGTERM. */
  terminate(): void {
    if (this.dead || this.stoppedAt !== undefined) return;
    this.stoppedAt = this.#world.clock.now;
    this.#world.clock.schedule(
      0,
      () => {
        const action = this.#signals.get("SIGTERM");
        if (action) action("SIGTERM");
        else this.exit(143);
      },
      this,
    );
  }

  /** SIGKILL: no code of the program runs after this. */
  kill(): void {
    if (this.dead) return;
    this.dead = true;
    this.diedAt = this.#world.clock.now;
    this.#handler = undefined;
    for (const finish of [...this.#open]) finish(undefined);
  }

  // What the program sees.

  wallTime(): number {
    return Math.floor(this.#world.epoch + this.#world.clock.now + this.#pair.clockSkew);
  }

  monotonicTime(): number {
    return this.#world.clock.now - this.startedAt;
  }

  defer(milliseconds: number, action: () => void) {
    return this.#world.clock.schedule(milliseconds, action, this);
  }

  random(): number {
    return this.#world.random.fraction();
  }

  uuid(): string {
    return this.#world.random.uuid();
  }

  listen(handler: RequestHandler | undefined): void {
    this.#handler = handler;
    if (handler) this.#pair.sidecar?.appListens();
  }

  call(
    request: SidecarRequest,
    answered: (status: number, text: string) => void,
    failed: (reason: string) => void,
  ): void {
    if (this.dead) return;
    const { clock, network } = this.#world;
    const { sidecar } = this.#pair;
    if (!sidecar?.listens) {
      clock.schedule(0.5, () => failed("connect ECONNREFUSED"), this);
      return;
    }
    sidecar.receive(request, (answer) => {
      clock.schedule(
        network.latency("app"),
        () => (answer ? answered(answer.status, answer.text) : failed("socket hang up")),
        this,
      );
    });
  }

  calculation(index: number, step: "started" | "ended"): void {
    this.#world.ledger.calculation(index, step, this);
  }

  duration(index: number): number {
    return this.#world.durationOf(index);
  }

  log(level: string, fields: unknown, message: string | undefined): void {
    const { err, ...rest } = fields as { err?: unknown };
    this.#world.say(this.name, level, err === undefined ? rest : { ...rest, err: String(err) }, message);
  }

  exit(_code: number): void {
    this.kill();
    this.#pair.appEnded(this);
  }

  onSignal(name: string, action: (name: string) => void): void {
    this.#signals.set(name, action);
  }
}
