import type { Process, SimulatedWorld } from "./parts.ts";

/** The API replica that a client reaches: the chosen one, or the next that takes connections. */
export function reach(world: SimulatedWorld, replica: number): Process | undefined {
  const there = world.pairs.filter(({ appId, app }) => appId === "api" && app?.listens);
  return there[replica % there.length]?.app;
}

/** POST /values, once. Only an answer 2xx is a promise. */
export function submit(world: SimulatedWorld, index: number, replica: number): void {
  const app = reach(world, replica);
  if (!app) {
    world.ledger.answered(0);
    return;
  }
  const sentAt = world.clock.now;
  world.ledger.entered.push({ index, sentAt });
  app.request({ method: "POST", url: "/values", body: JSON.stringify({ index }) }, (answer) => {
    world.ledger.answered(answer?.status ?? 0);
    if (answer?.status !== 202) return;
    const { id } = JSON.parse(answer.text) as { id: string };
    world.ledger.promised.set(id, { index, sentAt, at: world.clock.now, process: app });
  });
}

/** DELETE /calculations/INDEX, once. */
export function cancel(world: SimulatedWorld, index: number, replica: number): void {
  const app = reach(world, replica);
  const sentAt = world.clock.now;
  app?.request({ method: "DELETE", url: `/calculations/${index}` }, (answer) => {
    const { cancels } = world.ledger;
    cancels.push({ index, sentAt, answeredAt: world.clock.now, status: answer?.status ?? 0 });
  });
}

/**
 * An event that cannot be handled: all of it is nonsense (`whole`), one of its submissions has an index too
 * high (`part`), or moreover Postgres refuses the other one's time (`unstorable`).
 */
export function publishBad(world: SimulatedWorld, what: "whole" | "part" | "unstorable"): void {
  const submission = (index: number, submittedAt: string) => ({
    id: world.random.uuid(),
    index,
    submittedAt,
  });
  const now = new Date(world.epoch + world.clock.now).toISOString();
  const submissions = [
    submission(7, what === "unstorable" ? "0000-01-01T00:00:00.000Z" : now),
    submission(world.upperLimit + 1, now),
  ];
  const data = what === "whole" ? { nonsense: world.random.uuid() } : { submissions };
  const id = world.random.uuid();
  const reply = world.redis.add(
    "submitted",
    JSON.stringify({ id, topic: "submitted", pubsubname: "pubsub", data }),
    undefined,
  );
  if ("error" in reply || world.redis.down) return;
  world.ledger.bad.push({ id, at: world.clock.now, what, submissions: submissions.map((each) => each.id) });
}
