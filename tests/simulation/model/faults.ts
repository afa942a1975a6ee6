import type { Step } from "../plan/plan.ts";
import { cancel, publishBad, submit } from "./client.ts";
import type { Replica, SimulatedWorld } from "./parts.ts";

type Of<Kind extends Step["kind"]> = Extract<Step, { kind: Kind }>;

/** Does what a step says. A fault notes itself in the ledger, as an excuse for what may follow from it. */
export function takeStep(world: SimulatedWorld, step: Step): void {
  world.say("plan", "step", step, step.kind);
  (takers[step.kind] as (world: SimulatedWorld, step: Step) => void)(world, step);
}

const takers: { [Kind in Step["kind"]]: (world: SimulatedWorld, step: Of<Kind>) => void } = {
  submit: (world, { index, replica }) => submit(world, index, replica),
  "submit-many"(world, { index, count, replica }) {
    for (let each = 0; each < count; each++) submit(world, index + each, replica);
  },
  cancel: (world, { index, replica }) => cancel(world, index, replica),
  "submit-bad": (world, { what }) => publishBad(world, what),

  "kill-app"(world, { target, backAfter }) {
    const pair = world.find(target);
    if (!pair?.app) return;
    trouble(world, "kill-app", backAfter, pair);
    pair.app.kill();
    world.clock.schedule(backAfter, () => pair.startApp());
  },
  "kill-sidecar"(world, { target, backAfter }) {
    const pair = world.find(target);
    if (!pair?.sidecar) return;
    trouble(world, "kill-sidecar", backAfter, pair);
    pair.sidecar.kill();
    world.clock.schedule(backAfter, () => pair.startSidecar());
  },
  "lose-node"(world, { target, backAfter }) {
    const pair = world.find(target);
    if (!pair) return;
    trouble(world, "lose-node", backAfter, pair);
    pair.lose();
    world.clock.schedule(backAfter, () => world.addPair(target.app).start());
  },
  "pause-app": (world, { target, lasts }) => pause(world, world.find(target), "app", lasts),
  "pause-sidecar": (world, { target, lasts }) => pause(world, world.find(target), "sidecar", lasts),
  roll(world, { target }) {
    const old = world.find(target);
    if (!old) return;
    trouble(world, "roll", 60_000, old);
    world.addPair(target.app).start();
    world.clock.schedule(3_000, () => old.leave());
  },

  "redis-down"(world, { lasts }) {
    trouble(world, "redis-down", lasts);
    world.redis.setDown(true);
    world.clock.schedule(lasts, () => world.redis.setDown(false));
  },
  "redis-stalled"(world, { lasts }) {
    trouble(world, "redis-stalled", lasts);
    world.redis.setStalled(true);
    world.clock.schedule(lasts, () => world.redis.setStalled(false));
  },
  "redis-full"(world, { lasts }) {
    trouble(world, "redis-full", lasts);
    world.redis.full = true;
    world.clock.schedule(lasts, () => {
      world.redis.full = false;
    });
  },
  "redis-rolls-back"(world, { loses, lasts }) {
    const losesFrom = world.clock.now;
    const restore = world.redis.snapshot();
    world.clock.schedule(loses, () => {
      trouble(world, "redis-rolls-back", lasts, undefined, losesFrom);
      restore();
      world.redis.setDown(true);
      world.clock.schedule(lasts, () => world.redis.setDown(false));
    });
  },
  "redis-emptied"(world, { lasts }) {
    trouble(world, "redis-emptied", lasts, undefined, Number.NEGATIVE_INFINITY);
    world.redis.empty();
    world.redis.setDown(true);
    world.clock.schedule(lasts, () => world.redis.setDown(false));
  },
  "postgres-down"(world, { lasts }) {
    trouble(world, "postgres-down", lasts);
    world.postgres.setDown(true);
    world.clock.schedule(lasts, () => world.postgres.setDown(false));
  },
  "postgres-stalled"(world, { lasts }) {
    trouble(world, "postgres-stalled", lasts);
    world.postgres.setStalled(true);
    world.clock.schedule(lasts, () => world.postgres.setStalled(false));
  },
  limit(world, { upperLimit }) {
    world.upperLimit = upperLimit;
    for (const pair of [...world.pairs.filter(({ leaving }) => !leaving)]) {
      trouble(world, "limit", 60_000, pair);
      world.addPair(pair.appId).start();
      world.clock.schedule(3_000, () => pair.leave());
    }
  },
};

function trouble(
  world: SimulatedWorld,
  kind: string,
  lasts: number,
  pair?: Replica,
  losesFrom?: number,
): void {
  const from = world.clock.now;
  world.ledger.troubles.push({
    kind,
    from,
    until: from + lasts,
    ...(pair ? { pair: pair.name } : {}),
    ...(losesFrom === undefined ? {} : { losesFrom }),
  });
}

function pause(
  world: SimulatedWorld,
  pair: Replica | undefined,
  part: "app" | "sidecar",
  lasts: number,
): void {
  const owner = pair?.[part];
  if (!pair || !owner || owner.dead || owner.paused) return;
  trouble(world, `pause-${part}`, lasts, pair);
  owner.paused = true;
  world.clock.schedule(lasts, () => {
    if (owner.paused) world.clock.resume(owner);
  });
}
