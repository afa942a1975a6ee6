import type { World } from "../model/world.ts";
import {
  needlessCalculations,
  seconds,
  uncancelledCalculations,
  unwantedCalculations,
} from "./calculations.ts";
import { wantedIndexes, wish, wrongValue } from "./values.ts";

/** A schedule without faults has each value there after its arithmetic and this long, in milliseconds. */
const promptMilliseconds = 5_000;

/** What is not as it has to be in the end; empty when everything has healed. */
export function unfinished(world: World): string[] {
  return [
    ...unrecorded(world),
    ...wantedIndexes(world).flatMap((index) => wrongValue(world, index) ?? []),
    ...undelivered(world),
    ...lostLetters(world),
    ...waiting(world),
    ...unconnected(world),
  ];
}

/** What must not have happened at any time. */
export function broken(world: World): string[] {
  const { ledger } = world;
  return [
    ...ledger.crashes.map((name) => `${name} ended by itself`),
    ...wrongRows(world),
    ...needlessCalculations(world),
    ...unwantedCalculations(world),
    ...uncancelledCalculations(world),
    ...longStreams(world),
    ...(world.plan.family === "calm" || world.plan.family === "cancel" ? lateValues(world) : []),
    ...uselessSubmissions(world),
    ...untold(world),
  ];
}

/**
 * Promised and not recorded, unless both Redis and the replica that promised lost it. An index that is above a
 * limit that was lowered meanwhile may be a dead letter instead.
 */
function unrecorded({ ledger, postgres, upperLimit }: World): string[] {
  return [...ledger.promised].flatMap(([id, { index, sentAt, at, process }]) => {
    if (postgres.rows.has(id)) return [];
    const storeLost = ledger.troubles.some(
      ({ losesFrom, from }) => losesFrom !== undefined && losesFrom <= at && from >= sentAt,
    );
    if (storeLost && (process.dead || process.stoppedAt !== undefined)) return [];
    if (index > upperLimit && [...postgres.letters.values()].some(({ data }) => data.includes(id))) return [];
    return [`index ${index} (${id}), promised at ${seconds(at)} by ${process.name}, is not recorded`];
  });
}

function wrongRows({ ledger, postgres }: World): string[] {
  return [...ledger.promised].flatMap(([id, { index }]) => {
    const row = postgres.rows.get(id);
    return row && row.number !== index ? [`${id} is recorded as ${row.number}, not ${index}`] : [];
  });
}

const readers = [
  ["submitted", "api"],
  ["submitted", "calculator"],
  ["submitted-dead", "api"],
] as const;

function undelivered({ redis, clock }: World): string[] {
  return readers.flatMap(([name, group]) => {
    const stream = redis.streams.get(name);
    if (!stream || stream.added === 0) return [];
    const pending = stream.pendingOf(clock.now, group, 1);
    if (pending.length > 0)
      return [`an event on ${name} is pending for ${group}, idle for ${seconds(pending[0]!.idle)}`];
    return stream.hasUnread(group) ? [`events on ${name} are unread by ${group}`] : [];
  });
}

/** Every submission of an event that cannot be handled is in the history or in a dead letter. */
function lostLetters({ ledger, postgres }: World): string[] {
  const letters = [...postgres.letters.values()];
  if (ledger.troubles.some(({ losesFrom }) => losesFrom !== undefined)) return [];
  return ledger.bad.flatMap(({ id, what, submissions }) => {
    if (what === "whole")
      return letters.some(({ eventId }) => eventId === id) ? [] : [`no dead letter for event ${id}`];
    return submissions
      .filter((each) => !postgres.rows.has(each) && !letters.some(({ data }) => data.includes(each)))
      .map((each) => `submission ${each} of event ${id} is neither recorded nor in a dead letter`);
  });
}

/** Submissions that a replica still has in its memory, by its own account. */
function waiting({ pairs }: World): string[] {
  return pairs.flatMap(({ app }) =>
    app?.listens && app.unrecorded > 0
      ? [`${app.name} waits for ${app.unrecorded} submissions to be recorded`]
      : [],
  );
}

function unconnected({ pages }: World): string[] {
  return pages.flatMap(({ connected }, at) => (connected ? [] : [`page ${at} has no connection`]));
}

function longStreams(world: World): string[] {
  const stream = world.redis.streams.get("submitted");
  const trim = world.trimOf("pubsub");
  if (!stream || !trim || stream.entries.length <= trim.maxLength + trim.node) return [];
  return [`the stream has ${stream.entries.length} entries`];
}

function lateValues(world: World): string[] {
  const { ledger } = world;
  if (ledger.troubles.length > 0) return [];
  // One long calculation may have to wait for all others.
  const indexes = new Set([...ledger.promised.values()].map(({ index }) => index));
  const arithmetic = [...indexes].reduce((sum, index) => sum + world.durationOf(index), 0);
  return [...ledger.promised.values()].flatMap(({ index, sentAt, at }) => {
    if (wish(world, index) !== "wanted") return [];
    if (ledger.cancels.some((each) => each.index === index && each.answeredAt >= sentAt)) return [];
    const first = Math.min(...(ledger.saved.get(index) ?? []));
    const allowed = at + promptMilliseconds + arithmetic;
    return first <= allowed
      ? []
      : [`index ${index}, promised at ${seconds(at)}, had its value at ${seconds(first)}`];
  });
}

/** Submissions that are published again and again although nobody may calculate them. */
function uselessSubmissions({ ledger, postgres, upperLimit }: World): string[] {
  return [...ledger.publishedById].flatMap(([id, count]) => {
    const row = postgres.rows.get(id);
    return row && row.number > upperLimit && count > 2
      ? [`index ${row.number} was submitted ${count} times, above the limit`]
      : [];
  });
}

/** News that a sidecar read and did not get to its app come again after a minute, and at the next look. */
const newsMilliseconds = 80_000;

/** What an open page was not told, though its replica and the news were never away. */
function untold(world: World): string[] {
  const { clock, ledger, pages, plan } = world;
  // News whose delivery is lost come again after a minute, or two.
  if (plan.noise.lostRequest > 0 || plan.noise.lostReply > 0) return [];
  if (ledger.troubles.some(({ kind, losesFrom }) => losesFrom !== undefined || kind === "redis-full"))
    return [];
  const until = clock.now - newsMilliseconds;
  return pages.flatMap((page, at) => {
    const read = page.readAt.at(-1);
    if (read === undefined || !page.connected) return [];
    const values = [...ledger.saved].filter(
      ([index, [first]]) => first! > read && first! < until && !page.values.has(index),
    );
    const entries = [...ledger.promised].filter(
      ([id, promised]) => promised.sentAt > read && promised.at < until && !page.entries.has(id),
    );
    return [
      ...values.map(([index]) => `page ${at} was not told of the value of index ${index}`),
      ...entries.map(([id]) => `page ${at} was not told of the entry ${id}`),
    ];
  });
}
