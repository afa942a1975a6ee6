import { answersOk, waitFor } from "../../../scripts/local/wait-for.ts";
import { askPostgres, askRedis, type RedisCommand } from "./connections.ts";
import { diagnosis } from "./diagnosis.ts";
import { isFibonacci } from "./reference.ts";
import type { World } from "./world.ts";

/** Long enough for a lease and a redelivery to run out and for the sweep to look twice, on a busy machine. */
const patience = { deadlineMs: Number(process.env.FAULT_PATIENCE_MS ?? 150_000), everyMs: 500 };

/** Waits until the system healed by itself, then holds it to everything it promised. */
export async function everythingHolds(world: World): Promise<void> {
  try {
    await hold(world);
  } catch (error) {
    process.stdout.write(`${await diagnosis(world)}\n`);
    throw error;
  }
}

async function hold(world: World): Promise<void> {
  const { system, ledger } = world;
  for (const { app } of [...system.api, ...system.calculator]) {
    await waitFor(`the readiness of ${app.name}`, () => answersOk(`${app.url}/readyz`), patience);
  }
  await waitFor("every promised entry in Postgres", () => allRecorded(world), patience);
  await waitFor("a value for every entry", () => allCalculated(world), patience);
  await waitFor("the end of every event", () => nothingPending(world), patience);
  await waitFor("every dead letter", () => lettersAre(world, world.expectedLetters), patience);

  expect(ledger.twice).toEqual([]);
  expect(ledger.wrong).toEqual([]);
  expect(await duplicatesAndStrangers(world)).toEqual([]);
  await valuesAreRight(world);
  await calculatedOnce(world);
  await historyTellsAll(world);
}

async function allRecorded({ system, ledger }: World): Promise<boolean> {
  const rows = await askPostgres<{ id: string }>(system, "SELECT id::text AS id FROM entries");
  const there = new Set(rows.map(({ id }) => id));
  const missing = [...ledger.promised.keys()].filter((id) => !there.has(id));
  if (missing.length > 0) throw new Error(`${missing.length} are missing, ${missing[0]} for one`);
  return true;
}

const numbersOf = async ({ system }: World) =>
  (await askPostgres<{ number: string }>(system, "SELECT DISTINCT number FROM entries")).map((row) =>
    Number(row.number),
  );

async function allCalculated(world: World): Promise<boolean> {
  const numbers = await numbersOf(world);
  const missing = await askRedis(world.system, async (command) => {
    const there = await Promise.all(numbers.map((index) => command<number>("EXISTS", keyOf(index))));
    return numbers.filter((_, at) => there[at] !== 1);
  });
  if (missing.length > 0) throw new Error(`${missing.length} have none, ${missing[0]} for one`);
  return true;
}

/** Not by Redis' `lag`: it counts what was read long ago after a restart on a rewritten append-only file. */
async function nothingPending({ system }: World): Promise<boolean> {
  const groups = [
    ["submitted", "api"],
    ["submitted", "calculator"],
    ["submitted-dead", "api"],
  ] as const;
  return askRedis(system, async (command) => {
    for (const [stream, group] of groups) {
      const [pending] = await command<[number]>("XPENDING", stream, group);
      const infos = await command<(string | number)[][]>("XINFO", "GROUPS", stream);
      const read = infos.map(toObject).find(({ name }) => name === group)?.["last-delivered-id"];
      const unread = await command<unknown[]>("XRANGE", stream, `(${read}`, "+");
      if (pending > 0 || unread.length > 0)
        throw new Error(`${stream} for ${group}: ${pending} pending, ${unread.length} unread`);
    }
    return true;
  });
}

function toObject(info: (string | number)[] | object): Record<string, unknown> {
  if (!Array.isArray(info)) return info as Record<string, unknown>;
  return Object.fromEntries(
    Array.from({ length: info.length / 2 }, (_, at) => [info[2 * at], info[2 * at + 1]]),
  );
}

async function lettersAre({ system }: World, count: number): Promise<boolean> {
  const response = await fetch(`${system.invokeUrl}/dead-letters`);
  const { total, deadLetters } = (await response.json()) as {
    total: number;
    deadLetters: { id: string; consumer: string; reason: string }[];
  };
  const list = deadLetters.map(({ id, consumer, reason }) => `${id} ${consumer} ${reason}`).join("\n");
  if (total !== count) throw new Error(`there are ${total}, not ${count}\n${list}`);
  return true;
}

/** Entries that are there twice, or with another index than was entered, or that nobody could have entered. */
async function duplicatesAndStrangers({ system, ledger }: World): Promise<string[]> {
  const rows = await askPostgres<{ id: string; number: string }>(
    system,
    "SELECT id::text AS id, number FROM entries",
  );
  const seen = new Set<string>();
  return rows.flatMap(({ id, number }) => {
    const promised = ledger.promised.get(id);
    const wrong =
      seen.has(id) || (promised !== undefined && promised !== Number(number)) || Number(number) < 0;
    seen.add(id);
    return wrong ? [`${id}: ${number}`] : [];
  });
}

const keyOf = (index: number) => `fib||value:${index}`;

/** Every value against the independent reference, and written once: a first write gives version 1. */
async function valuesAreRight(world: World): Promise<void> {
  const numbers = await numbersOf(world);
  const wrong: string[] = [];
  await askRedis(world.system, async (command) => {
    for (const index of numbers) {
      const [data, version] = await command<[string, string]>("HMGET", keyOf(index), "data", "version");
      const value = JSON.parse(data) as { digits: number; value?: string; head?: string; tail?: string };
      const digits = value.value ?? (await chunksOf(command, index));
      const right =
        version === "1" &&
        value.digits === digits.length &&
        (value.value !== undefined || (digits.startsWith(value.head!) && digits.endsWith(value.tail!))) &&
        isFibonacci(index, digits);
      if (!right) wrong.push(`F(${index}), version ${version}`);
    }
  });
  expect(wrong).toEqual([]);
}

async function chunksOf(command: RedisCommand, index: number): Promise<string> {
  let digits = "";
  for (let chunk = 0; ; chunk++) {
    const data = await command<string | null>("HGET", `${keyOf(index)}:chunk:${chunk}`, "data");
    if (data === null) return digits;
    digits += (JSON.parse(data) as { digits: string }).digits;
  }
}

/** A second calculation only where a calculator died or the store forgot since the last look. */
async function calculatedOnce(world: World): Promise<void> {
  const { witness, deaths, looked } = world;
  const again = [...witness.calculatedAgain()];
  expect(again.filter(([, moments]) => moments.length > deaths)).toEqual([]);
  const since = again.filter(([, moments]) => moments.some((moment) => moment > looked.at));
  if (deaths === looked.deaths) expect(since).toEqual([]);
  world.looked = { deaths, at: new Date().toISOString() };
}

/** What everybody sees over HTTP is what was promised. */
async function historyTellsAll({ system, ledger }: World): Promise<void> {
  const response = await fetch(`${system.invokeUrl}/values/all`);
  const rows = (await response.json()) as { id: string; number: number }[];
  const told = new Map(rows.map(({ id, number }) => [id, number]));
  expect(told.size).toBe(rows.length);
  expect([...ledger.promised].filter(([id, index]) => told.get(id) !== index)).toEqual([]);
}
