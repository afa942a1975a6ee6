import type { PubsubSettings } from "../bundle/settings.ts";
import type { SidecarProcess } from "./parts.ts";
import type { StreamEntry } from "./stream.ts";

interface Topic {
  topic: string;
  route: string;
  deadLetterTopic: string | undefined;
  raw: boolean;
}

interface Message {
  entry: StreamEntry;
  topic: Topic;
}

/**
 * A pubsub.redis component of one sidecar. All its topics share one queue and its workers: a topic
 * whose events are retried can take them all.
 */
export class Component {
  readonly #sidecar: SidecarProcess;
  readonly #settings: PubsubSettings;
  readonly #group: string;
  readonly #queue: Message[] = [];
  /** Messages that a full queue keeps waiting, with what goes on when they are in it. */
  readonly #blocked: { messages: Message[]; then: () => void }[] = [];
  #busy = 0;
  #stopped = false;
  readonly #readers: (() => void)[] = [];

  constructor(sidecar: SidecarProcess, settings: PubsubSettings, group: string) {
    this.#sidecar = sidecar;
    this.#settings = settings;
    this.#group = group;
  }

  subscribe(topic: Topic): void {
    this.#poll(topic);
    this.#reclaimForever(topic);
  }

  /** The process is gone: nothing is read any more. */
  stop(): void {
    this.#stopped = true;
    for (const reader of this.#readers) this.#sidecar.world.redis.readers.delete(reader);
  }

  /** XREADGROUP with BLOCK, again and again. */
  #poll(topic: Topic): void {
    const { redis } = this.#sidecar.world;
    let waits = false;
    const read = () => {
      waits = false;
      redis.command(
        this.#sidecar,
        () => {
          const stream = redis.stream(topic.topic);
          const entries = stream.read(this.#now, this.#group, this.#settings.queueDepth);
          if (entries) return { value: entries };
          return { error: "NOGROUP" };
        },
        (reply) => {
          if ("error" in reply) {
            // A server that came back empty knows no group: it is made anew, and begins with all there is.
            if (reply.error === "NOGROUP") this.#createGroup(topic, read);
            else this.#sidecar.defer(500, read);
          } else if (reply.value.length === 0) wait();
          else
            this.#enqueue(
              reply.value.map((entry) => ({ entry, topic })),
              read,
            );
        },
      );
    };
    const wait = () => {
      waits = true;
      wake();
    };
    const wake = () => {
      if (!waits || this.#stopped || redis.down || redis.stalled) return;
      if (!redis.stream(topic.topic).hasUnread(this.#group)) return;
      waits = false;
      this.#sidecar.defer(this.#sidecar.world.network.latency("redis"), read);
    };
    redis.readers.add(wake);
    this.#readers.push(wake);
    this.#createGroup(topic, read);
  }

  #createGroup(topic: Topic, then: () => void): void {
    const { redis } = this.#sidecar.world;
    redis.command(
      this.#sidecar,
      () => {
        redis.stream(topic.topic).createGroup(this.#group);
        return { value: true };
      },
      (reply) => ("error" in reply ? this.#sidecar.defer(500, () => this.#createGroup(topic, then)) : then()),
    );
  }

  #reclaimForever(topic: Topic): void {
    const { processingTimeout, redeliverInterval } = this.#settings;
    if (processingTimeout === 0 || redeliverInterval === 0) return;
    let running = false;
    const tick = () => {
      this.#sidecar.defer(redeliverInterval, tick);
      if (running) return;
      running = true;
      this.#reclaim(topic, () => {
        running = false;
      });
    };
    tick();
  }

  /** XPENDING, XCLAIM of what was idle too long, and again until there is none. Only the first of the list are looked at. */
  #reclaim(topic: Topic, done: () => void): void {
    const { redis } = this.#sidecar.world;
    const { queueDepth, processingTimeout } = this.#settings;
    // A look at an empty list changes nothing, and is by far the most frequent.
    if (
      !redis.down &&
      !redis.stalled &&
      redis.stream(topic.topic).pendingOf(this.#now, this.#group, 1).length === 0
    ) {
      done();
      return;
    }
    redis.command(
      this.#sidecar,
      () => {
        const pending = redis.stream(topic.topic).pendingOf(this.#now, this.#group, queueDepth);
        return { value: pending.filter(({ idle }) => idle >= processingTimeout).map(({ id }) => id) };
      },
      (reply) => {
        if ("error" in reply || reply.value.length === 0) return done();
        const ids = reply.value;
        redis.command(
          this.#sidecar,
          () => ({ value: redis.stream(topic.topic).claim(this.#now, this.#group, processingTimeout, ids) }),
          (claimed) => {
            if ("error" in claimed) return done();
            this.#enqueue(
              claimed.value.map((entry) => ({ entry, topic })),
              () => this.#reclaim(topic, done),
            );
          },
        );
      },
    );
  }

  #enqueue(messages: Message[], then: () => void): void {
    this.#blocked.push({ messages: [...messages], then });
    this.#fill();
  }

  /** Moves what waits into the queue, and from there to free workers. */
  #fill(): void {
    while (true) {
      const next = this.#blocked[0];
      if (next && next.messages.length === 0) {
        this.#blocked.shift();
        next.then();
      } else if (this.#busy < this.#settings.concurrency && this.#queue.length > 0) {
        this.#busy += 1;
        this.#deliver(this.#queue.shift()!, 0);
      } else if (next && this.#queue.length < this.#settings.queueDepth) {
        // Writers that are blocked take turns.
        this.#queue.push(next.messages.shift()!);
        if (this.#blocked.length > 1 && next.messages.length > 0) this.#blocked.push(this.#blocked.shift()!);
      } else return;
    }
  }

  /** Delivers until the app takes the event, at most as often as the policy says. The processing timeout ends none of this. */
  #deliver(message: Message, failures: number): void {
    const { app } = this.#sidecar.pair;
    const answered = (verdict: "SUCCESS" | "RETRY" | "DROP") => {
      if (this.#sidecar.dead) return;
      if (verdict === "SUCCESS") return this.#acknowledge(message);
      if (verdict === "DROP") return this.#bury(message);
      const { retry } = this.#settings;
      if (!retry || (retry.most >= 0 && failures >= retry.most)) return this.#bury(message);
      this.#sidecar.defer(retry.pause, () => this.#deliver(message, failures + 1));
    };
    if (!app) {
      answered("RETRY");
      return;
    }
    app.request({ method: "POST", url: message.topic.route, body: envelope(message) }, (answer) => {
      this.#sidecar.defer(0, () => answered(verdictOf(answer)));
    });
  }

  /** What failed for good goes to the dead-letter topic, or is lost. */
  #bury(message: Message): void {
    const { deadLetterTopic } = message.topic;
    const { redis } = this.#sidecar.world;
    if (!deadLetterTopic) {
      this.#acknowledge(message);
      return;
    }
    redis.command(
      this.#sidecar,
      () => redis.add(deadLetterTopic, message.entry.data, this.#sidecar.world.trimOf("pubsub")),
      () => this.#acknowledge(message),
    );
  }

  #acknowledge({ entry, topic }: Message): void {
    const { redis } = this.#sidecar.world;
    redis.command(
      this.#sidecar,
      () => {
        redis.stream(topic.topic).acknowledge(this.#group, entry.id);
        return { value: true };
      },
      () => {
        this.#busy -= 1;
        this.#fill();
      },
    );
  }

  get #now(): number {
    return this.#sidecar.world.clock.now;
  }
}

function envelope({ entry, topic }: Message): string {
  if (!topic.raw) return entry.data;
  const data = Buffer.from(entry.data).toString("base64");
  return JSON.stringify({ id: `raw-${entry.id}`, topic: topic.topic, data_base64: data });
}

function verdictOf(answer: { status: number; text: string } | undefined): "SUCCESS" | "RETRY" | "DROP" {
  if (!answer) return "RETRY";
  if (answer.status === 404) return "DROP";
  if (answer.status < 200 || answer.status > 299) return "RETRY";
  try {
    const { status } = JSON.parse(answer.text) as { status?: string };
    return status === "RETRY" || status === "DROP" ? status : "SUCCESS";
  } catch {
    return "SUCCESS";
  }
}
