import type { PubsubSettings } from "../bundle/settings.ts";
import type { SidecarRequest } from "../standins/environment.ts";
import { answerBinding, answerPublish } from "./outbound.ts";
import type { Replica, ReplyTo, SidecarProcess, SimulatedWorld } from "./parts.ts";
import { answerDelete, answerRead, answerSave } from "./state-api.ts";
import { Component } from "./subscriptions.ts";

interface Subscription {
  pubsubname: string;
  topic: string;
  route: string;
  deadLetterTopic?: string;
  metadata?: { rawPayload?: string };
}

/** A running daprd: its HTTP API, its subscriptions and its schedules. */
export class Sidecar implements SidecarProcess {
  dead = false;
  paused = false;
  readonly held: (() => void)[] = [];
  readonly id: string;
  readonly world: SimulatedWorld;
  readonly pair: Replica;
  readonly #open = new Set<ReplyTo>();
  readonly #components = new Map<string, Component>();
  #loaded = false;
  #subscribed = false;

  constructor(world: SimulatedWorld, pair: Replica) {
    this.world = world;
    this.pair = pair;
    this.id = world.random.uuid();
  }

  get listens(): boolean {
    return !this.dead && this.#loaded;
  }

  start(): void {
    this.defer(this.world.random.between(50, 500), () => {
      this.#loaded = true;
      this.appListens();
    });
  }

  /** Waits for the app's port, then asks it for its subscriptions; once. */
  appListens(): void {
    const { app } = this.pair;
    if (this.#subscribed || !this.#loaded || this.dead || !app?.listens) return;
    this.#subscribed = true;
    app.request({ method: "GET", url: "/dapr/subscribe" }, (answer) => {
      if (this.dead) return;
      if (answer?.status !== 200) {
        this.#subscribed = false;
        this.defer(1_000, () => this.appListens());
        return;
      }
      for (const each of JSON.parse(answer.text) as Subscription[]) this.#subscribe(each);
      for (const [name, every] of Object.entries(this.world.settings.schedules)) {
        if (this.pair.appId === "api") this.#schedule(name, every);
      }
    });
  }

  #subscribe({ pubsubname, topic, route, deadLetterTopic, metadata }: Subscription): void {
    const settings = this.world.settings.pubsub[pubsubname] as PubsubSettings;
    let component = this.#components.get(pubsubname);
    if (!component) {
      component = new Component(this, settings, settings.ownGroup ? this.id : this.pair.appId);
      this.#components.set(pubsubname, component);
    }
    component.subscribe({ topic, route, deadLetterTopic, raw: metadata?.rawPayload === "true" });
  }

  #schedule(name: string, every: number): void {
    this.defer(every, () => {
      this.#schedule(name, every);
      this.pair.app?.request({ method: "POST", url: `/schedules/${name}`, body: "{}" }, () => {});
    });
  }

  /** SIGTERM: goes on for as long as the app needs; see Pair.leave. */
  drain(): void {
    const { pair, world } = this;
    const end = () =>
      pair.app?.dead === false
        ? this.defer(1_000, end)
        : this.defer(world.random.between(2_000, 15_000), () => this.kill());
    this.defer(1_000, end);
  }

  kill(): void {
    if (this.dead) return;
    this.dead = true;
    for (const component of this.#components.values()) component.stop();
    for (const reply of [...this.#open]) reply(undefined);
  }

  defer(milliseconds: number, action: () => void) {
    return this.world.clock.schedule(milliseconds, action, this);
  }

  /** A call of the HTTP API by the app. */
  receive(request: SidecarRequest, reply: ReplyTo): void {
    const answer: ReplyTo = (given) => {
      if (this.#open.delete(answer)) reply(given);
    };
    this.#open.add(answer);
    this.defer(this.world.network.latency("app"), () => this.#route(request, answer));
  }

  #route({ method, path, headers, body }: SidecarRequest, reply: ReplyTo): void {
    const [place, search] = path.split("?");
    const [, , api, component = "", ...rest] = place!.split("/");
    const call = { sidecar: this, component, timeout: this.world.settings.timeouts[component], reply };
    if (api === "healthz") reply({ status: 204, text: "" });
    else if (api === "publish") answerPublish(call, decodeURIComponent(rest.join("/")), search, body);
    else if (api === "bindings") answerBinding(call, body);
    else if (api === "state" && method === "POST" && rest[0] === "bulk") answerRead(call, body);
    else if (api === "state" && method === "POST") answerSave(call, body);
    else if (api === "state" && method === "DELETE") {
      answerDelete(call, decodeURIComponent(rest[0] ?? ""), headers["if-match"] as string | undefined);
    } else throw new Error(`the simulation does not know ${method} ${path}`);
  }
}
