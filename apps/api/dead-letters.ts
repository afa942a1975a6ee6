import type { DeadLetterPage, DeadLetterRow } from "../shared/contracts/http.ts";
import { components } from "../shared/contracts/names.ts";
import { type DeadLetter, deadLetterData } from "../shared/runtime/dead-letter.ts";
import type { AnyTopic } from "../shared/runtime/topic.ts";
import { type Database, isoTime } from "./database.ts";

/** A dead letter with the CloudEvents type of its event, which carries the version of the data. */
export type StoredDeadLetter = DeadLetterRow & { type: string | null };

/** Events that could not be handled, in Postgres until somebody replays them, and after. */
export interface DeadLetters {
  /** Keeps a dead letter; the same one again changes nothing. */
  keep(letter: DeadLetter): Promise<void>;
  /** The newest, those not replayed yet first. `total` counts the ones not replayed. */
  page(limit: number): Promise<DeadLetterPage>;
  find(id: string): Promise<StoredDeadLetter | undefined>;
  /** Those of these topics that were not replayed yet and hold data that can be published, oldest first. */
  waiting(topics: AnyTopic[], limit: number): Promise<StoredDeadLetter[]>;
  markReplayed(ids: string[]): Promise<void>;
  /** How many are not replayed yet. */
  count(): Promise<number>;
}

/** Postgres keeps no NUL character in a text. */
const storable = (text: string) => text.replaceAll("\u0000", "\ufffd");

/** The oldest dead letters make room beyond this many, so that a flood of them does not fill the disk. */
const mostKept = 100_000;
const keptBetweenTrims = 500;

const row = `id, coalesce(event_id, id) AS "eventId", component, topic, type, consumer, reason, data::json AS data,
  ${isoTime("died_at")} AS "diedAt", ${isoTime("replayed_at")} AS "replayedAt"`;

export function openDeadLetters(database: Database): DeadLetters {
  let kept = 0;
  const count = () =>
    database.read<number>("SELECT count(*)::text FROM dead_letters WHERE replayed_at IS NULL");
  const select = (rest: string, ...params: string[]) =>
    database.read<StoredDeadLetter[]>(
      `SELECT coalesce(json_agg(d), '[]')::text FROM (SELECT ${row} FROM dead_letters ${rest}) d`,
      ...params,
    );

  return {
    count,

    async keep({ id, eventId = id, component = components.pubsub, topic, type, consumer, reason, data }) {
      const texts = [id, eventId, component, topic, consumer, reason].map((text) =>
        storable(text).slice(0, 2_000),
      );
      await database.execute(
        `INSERT INTO dead_letters (id, event_id, component, topic, consumer, reason, type, data)
         VALUES ($1, $2, $3, $4, $5, $6, $7, $8) ON CONFLICT (id) DO NOTHING`,
        ...texts,
        type === undefined ? null : storable(type),
        JSON.stringify(deadLetterData(data)).replaceAll("\\u0000", "\\ufffd"),
      );
      kept += 1;
      if (kept % keptBetweenTrims !== 0) return;
      await database.execute(
        `DELETE FROM dead_letters WHERE id IN (SELECT id FROM dead_letters
         ORDER BY died_at DESC, id OFFSET $1::text::int)`,
        String(mostKept),
      );
    },

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

    waiting: (topics, limit) =>
      select(
        `WHERE replayed_at IS NULL AND data LIKE '{%'
           AND (component, topic) IN (SELECT component, name
             FROM jsonb_to_recordset($1::jsonb) AS t(component text, name text))
         ORDER BY died_at, id LIMIT $2::text::int`,
        JSON.stringify(topics.map(({ component, name }) => ({ component, name }))),
        String(limit),
      ),

    markReplayed: (ids) =>
      database.execute(
        "UPDATE dead_letters SET replayed_at = now() WHERE id IN (SELECT jsonb_array_elements_text($1::jsonb))",
        JSON.stringify(ids),
      ),
  };
}
