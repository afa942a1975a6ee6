import type { DeadLetter } from "../shared/contracts/events.ts";
import type { DeadLetterPage, DeadLetterRow } from "../shared/contracts/http.ts";
import { letterData } from "../shared/runtime/letter-data.ts";
import { type Database, isoTime } from "./database.ts";

/** Events that could not be handled, in Postgres until somebody replays them, and after. */
export interface DeadLetters {
  /** Keeps a letter; the same letter again changes nothing. */
  keep(letter: DeadLetter): Promise<void>;
  /** The newest, those not replayed yet first. `total` counts the ones not replayed. */
  page(limit: number): Promise<DeadLetterPage>;
  find(id: string): Promise<DeadLetterRow | undefined>;
  /** The ones not replayed yet, oldest first. */
  waiting(limit: number): Promise<DeadLetterRow[]>;
  markReplayed(ids: string[]): Promise<void>;
  /** How many are not replayed yet. */
  count(): Promise<number>;
}

const row = `id, topic, consumer, reason, data::json AS data,
  ${isoTime("died_at")} AS "diedAt", ${isoTime("replayed_at")} AS "replayedAt"`;

export function openDeadLetters(database: Database): DeadLetters {
  const count = () =>
    database.read<number>("SELECT count(*)::text FROM dead_letters WHERE replayed_at IS NULL");
  const select = (rest: string, ...params: string[]) =>
    database.read<DeadLetterRow[]>(
      `SELECT coalesce(json_agg(d), '[]')::text FROM (SELECT ${row} FROM dead_letters ${rest}) d`,
      ...params,
    );

  return {
    count,

    keep: ({ id, topic, consumer, reason, data }) =>
      database.execute(
        `INSERT INTO dead_letters (id, topic, consumer, reason, data) VALUES ($1, $2, $3, $4, $5)
         ON CONFLICT (id) DO NOTHING`,
        id,
        topic,
        consumer,
        reason,
        // Postgres keeps no NUL character in a text.
        JSON.stringify(letterData(data)).replaceAll("\\u0000", "\\ufffd"),
      ),

    // One statement, so that the rows and the count are of one moment.
    page: (limit) =>
      database.read(
        `SELECT json_build_object(
           'deadLetters', (SELECT coalesce(json_agg(d), '[]') FROM (SELECT ${row} FROM dead_letters
              ORDER BY replayed_at IS NOT NULL, died_at DESC, id LIMIT $1::text::int) d),
           'total', (SELECT count(*) FROM dead_letters WHERE replayed_at IS NULL))::text`,
        String(limit),
      ),

    find: async (id) => (await select("WHERE id = $1", id))[0],

    waiting: (limit) =>
      select("WHERE replayed_at IS NULL ORDER BY died_at, id LIMIT $1::text::int", String(limit)),

    markReplayed: (ids) =>
      database.execute(
        "UPDATE dead_letters SET replayed_at = now() WHERE id IN (SELECT jsonb_array_elements_text($1::jsonb))",
        JSON.stringify(ids),
      ),
  };
}
