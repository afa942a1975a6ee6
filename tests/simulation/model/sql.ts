import type { Owner } from "../kernel/clock.ts";
import type { Letter, Postgres, Row } from "./postgres.ts";
import type { Reply } from "./redis.ts";

type Params = (string | null)[];
type Done = (reply: Reply<unknown>) => void;

type LetterParams = [string, string, string, string, string, string, string | null, string];

/**
 * Runs the statements of the API on the model of Postgres. They are recognised by what is particular
 * to each, and one that is not known is an error: then the model has to learn it. The conformance
 * test runs the same statements on a real server.
 */
export function runSql(postgres: Postgres, owner: Owner, sql: string, params: Params, done: Done): void {
  const read = (select: () => unknown) =>
    postgres.statement(owner, (commit) => commit(() => [[JSON.stringify(select())]]), done);
  const write = (change: () => void) => postgres.statement(owner, (commit) => commit(() => change()), done);

  for (const { fits, run } of statements) {
    if (!fits.test(sql)) continue;
    run({ sql, postgres, params, read, write, owner, done });
    return;
  }
  throw new Error(`the simulation does not know this statement: ${sql}`);
}

interface Call {
  sql: string;
  postgres: Postgres;
  params: Params;
  read: (select: () => unknown) => void;
  write: (change: () => void) => void;
  owner: Owner;
  done: Done;
}

const statements: { fits: RegExp; run: (call: Call) => void }[] = [
  { fits: /migrations/, run: ({ write }) => write(() => {}) },
  {
    fits: /^INSERT INTO entries/,
    run({ postgres, params, owner, done }) {
      const given = JSON.parse(params[0]!) as { id: string; index: number; submittedAt: string }[];
      const rows = given
        .map(({ id, index, submittedAt }) => ({ id, number: index, submittedAt }))
        .sort((a, b) => (a.id < b.id ? -1 : 1));
      if (rows.some(({ submittedAt }) => submittedAt.startsWith("0000"))) {
        const refusal = { error: "time zone displacement out of range (SQLSTATE 22008)" };
        postgres.statement(
          owner,
          (commit) => commit(() => {}),
          (reply) => done("error" in reply ? reply : refusal),
        );
        return;
      }
      postgres.statement(
        owner,
        (commit, transaction) =>
          postgres.insert(rows, transaction, () => commit(() => postgres.publish(transaction))),
        done,
      );
    },
  },
  {
    fits: /^WITH page AS/,
    run({ sql, postgres, params, read }) {
      const stopsAtYoung = sql.includes("(SELECT min(position) FROM page WHERE young)");
      const [position, seconds, limit] = params.map(Number) as [number, number, number];
      read(() => {
        const from = postgres.ordered.findIndex((row) => row.position > position);
        const page = from === -1 ? [] : postgres.ordered.slice(from, from + limit);
        const young = page.find((row) => row.recordedAt >= postgres.time - seconds * 1_000);
        return page
          .filter((row) => !young || !stopsAtYoung || row.position < young.position)
          .map((row) => ({
            id: row.id,
            index: row.number,
            submittedAt: row.submittedAt,
            position: String(row.position),
          }));
      });
    },
  },
  {
    fits: /FROM entries WHERE \(\$1::uuid IS NULL/,
    run({ postgres, params, read }) {
      const [before, index, limit] = params as [string | null, string | null, string];
      read(() =>
        [...postgres.rows.values()]
          .filter(
            (row) => (before === null || row.id < before) && (index === null || row.number === Number(index)),
          )
          .sort((a, b) => (a.id < b.id ? 1 : -1))
          .slice(0, Number(limit))
          .map(({ id, number, submittedAt }) => ({ id, number, submittedAt })),
      );
    },
  },
  {
    fits: /SELECT number FROM indexes/,
    run({ postgres, params, read }) {
      const [last, limit] = params.map(Number) as [number, number];
      read(() => {
        const numbers = [...new Set([...postgres.rows.values()].map(({ number }) => number))];
        return numbers
          .filter((number) => number > last)
          .sort((a, b) => a - b)
          .slice(0, limit);
      });
    },
  },
  {
    fits: /SELECT EXISTS \(SELECT FROM indexes/,
    run({ postgres, params, read }) {
      read(() => [...postgres.rows.values()].some((row: Row) => row.number === Number(params[0])));
    },
  },
  {
    fits: /^INSERT INTO dead_letters/,
    run({ postgres, params, write }) {
      const [id, eventId, component, topic, consumer, reason, type, data] =
        params as string[] as LetterParams;
      write(() => {
        const when = { diedAt: postgres.time, replayedAt: undefined };
        const letter: Letter = { id, eventId, component, topic, consumer, reason, type, data, ...when };
        if (!postgres.letters.has(id)) postgres.letters.set(id, letter);
      });
    },
  },
  {
    fits: /SELECT count\(\*\)::text FROM dead_letters/,
    run({ postgres, read }) {
      read(() => waiting(postgres).length);
    },
  },
  {
    fits: /FROM dead_letters WHERE replayed_at IS NULL AND data LIKE/,
    run({ postgres, params, read }) {
      read(() =>
        waiting(postgres)
          .filter(({ data }) => data.startsWith("{"))
          .slice(0, Number(params[1]))
          .map(shown),
      );
    },
  },
  {
    fits: /FROM dead_letters WHERE id = \$1/,
    run({ postgres, params, read }) {
      read(() => [postgres.letters.get(params[0]!)].flatMap((letter) => (letter ? [shown(letter)] : [])));
    },
  },
  {
    fits: /^UPDATE dead_letters SET replayed_at/,
    run({ postgres, params, write }) {
      const ids = JSON.parse(params[0]!) as string[];
      write(() => {
        for (const id of ids) {
          const letter = postgres.letters.get(id);
          if (letter) letter.replayedAt = postgres.time;
        }
      });
    },
  },
];

const waiting = ({ letters }: Postgres) =>
  [...letters.values()]
    .filter(({ replayedAt }) => replayedAt === undefined)
    .sort((a, b) => a.diedAt - b.diedAt);

const shown = ({ data, diedAt, replayedAt, ...letter }: Letter) => ({
  ...letter,
  data: JSON.parse(data),
  diedAt: new Date(diedAt).toISOString(),
  replayedAt: replayedAt === undefined ? null : new Date(replayedAt).toISOString(),
});
