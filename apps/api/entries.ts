import type { Submission } from "../shared/contracts/events.ts";
import type { EntryPage, EntryRow } from "../shared/contracts/http.ts";
import { type Database, isoTime } from "./database.ts";

/** The history: every entry, repeats too, in Postgres. */
export interface Entries {
  /** Records submissions in one statement. A submission that is there already stays as it is. */
  insert(submissions: Submission[]): Promise<void>;
  /**
   * One page, newest first. Ids sort by time, so the last id of a page is a cursor
   * that stays right while entries are added.
   */
  page(options: { limit: number; before?: string; index?: number }): Promise<EntryPage>;
  /** All entries, newest first, read page by page. */
  all(): AsyncGenerator<EntryRow[]>;
  /** All indexes that were ever entered, each once, in growing order, in pages. */
  indexes(): AsyncGenerator<number[]>;
  /** Whether the index was ever entered. */
  has(index: number): Promise<boolean>;
  /**
   * Entries in the order of their positions, after one, up to the first that has not been
   * there for some seconds: by then no slower transaction can still come before it. Whoever
   * reads on from the last one misses none, though times and positions differ in order
   * where replicas record side by side.
   */
  recordedAfter(position: string, seconds: number, limit: number): Promise<RecordedEntry[]>;
}

export interface RecordedEntry extends Submission {
  /** Grows with every entry; a bigint, so a string. */
  position: string;
}

const pageSize = 1_000;

export function openEntries(database: Database): Entries {
  const page: Entries["page"] = async ({ limit, before, index }) => {
    const entries = await database.read<EntryRow[]>(
      `SELECT coalesce(json_agg(e), '[]')::text FROM (
         SELECT id, number, ${isoTime("submitted_at")} AS "submittedAt" FROM entries
         WHERE ($1::uuid IS NULL OR id < $1::uuid) AND ($2::text IS NULL OR number = $2::text::bigint)
         ORDER BY id DESC LIMIT $3::text::int) e`,
      before ?? null,
      index === undefined ? null : String(index),
      String(limit),
    );
    return { entries, next: entries.length === limit ? (entries.at(-1)?.id ?? null) : null };
  };

  return {
    page,

    // In the order of ids, so that two statements with the same rows never wait for each other.
    insert: (submissions) =>
      database.execute(
        `INSERT INTO entries (id, number, submitted_at, recorded_at)
         SELECT id, index, "submittedAt", clock_timestamp()
         FROM jsonb_to_recordset($1::jsonb) AS s(id uuid, index bigint, "submittedAt" timestamptz)
         ORDER BY id ON CONFLICT (id) DO NOTHING`,
        JSON.stringify(submissions),
      ),

    async *all() {
      let before: string | null = null;
      do {
        const { entries, next }: EntryPage = await page({ limit: pageSize, ...(before ? { before } : {}) });
        yield entries;
        before = next;
      } while (before);
    },

    async *indexes() {
      let last = -1;
      while (true) {
        const numbers: number[] = await database.read(
          `SELECT coalesce(json_agg(number ORDER BY number), '[]')::text FROM (
             SELECT number FROM indexes WHERE number > $1::text::bigint
             ORDER BY number LIMIT $2::text::int) n`,
          String(last),
          String(pageSize),
        );
        if (numbers.length === 0) return;
        yield numbers;
        last = numbers.at(-1) as number;
      }
    },

    has: (index) =>
      database.read(
        "SELECT EXISTS (SELECT FROM indexes WHERE number = $1::text::bigint)::text",
        String(index),
      ),

    recordedAfter: (position, seconds, limit) =>
      database.read(
        `WITH page AS (
           SELECT *, recorded_at >= clock_timestamp() - make_interval(secs => $2::text::int) AS young
           FROM entries WHERE position > $1::text::bigint ORDER BY position LIMIT $3::text::int)
         SELECT coalesce(json_agg(e ORDER BY e.place), '[]')::text FROM (
           SELECT id, number AS index, ${isoTime("submitted_at")} AS "submittedAt",
             position AS place, position::text AS position FROM page
           WHERE position < coalesce((SELECT min(position) FROM page WHERE young), position + 1)) e`,
        position,
        String(seconds),
        String(limit),
      ),
  };
}
