/** One numbered change of the database. Its SQL never changes once it was released: a correction is another migration. */
export interface Migration {
  number: number;
  name: string;
  /**
   * Statements that run once, in one transaction with the note that they ran. During a rolling update older
   * replicas go on writing to the changed tables, so a migration adds and relaxes; what it takes away, a later
   * release does.
   */
  sql: string;
}

export const migrations: Migration[] = [
  {
    number: 1,
    name: "entries and dead letters",
    // IF NOT EXISTS: version 0.1 made these without a number.
    sql: `
      CREATE TABLE IF NOT EXISTS entries (
        id uuid PRIMARY KEY,
        number bigint NOT NULL,
        submitted_at timestamptz NOT NULL,
        recorded_at timestamptz NOT NULL DEFAULT now(),
        position bigint GENERATED ALWAYS AS IDENTITY UNIQUE
      );
      CREATE INDEX IF NOT EXISTS entries_number ON entries (number, id DESC);
      CREATE TABLE IF NOT EXISTS dead_letters (
        id text PRIMARY KEY,
        topic text NOT NULL,
        consumer text NOT NULL,
        reason text NOT NULL,
        data text NOT NULL,
        died_at timestamptz NOT NULL DEFAULT now(),
        replayed_at timestamptz
      );
      CREATE INDEX IF NOT EXISTS dead_letters_died_at ON dead_letters (died_at DESC);`,
  },
  {
    number: 2,
    name: "where a dead letter came from",
    // With a default, for replicas of 0.1 that insert without these columns.
    sql: `
      ALTER TABLE dead_letters ADD COLUMN event_id text;
      ALTER TABLE dead_letters ADD COLUMN component text NOT NULL DEFAULT 'pubsub';
      ALTER TABLE dead_letters ADD COLUMN type text;
      UPDATE dead_letters SET event_id = id;
      CREATE INDEX dead_letters_waiting ON dead_letters (died_at, id) WHERE replayed_at IS NULL;`,
  },
  {
    number: 3,
    name: "each index once",
    // By a trigger, so that entries that replicas of 0.1 insert are counted, too. What is read index by index
    // (/values/current, the repair of an emptied store) then costs by the number of indexes, not of entries.
    sql: `
      CREATE TABLE indexes (
        number bigint PRIMARY KEY,
        position bigint GENERATED ALWAYS AS IDENTITY UNIQUE,
        entered_at timestamptz NOT NULL DEFAULT clock_timestamp()
      );
      CREATE FUNCTION note_indexes() RETURNS trigger LANGUAGE plpgsql AS $function$
        BEGIN
          INSERT INTO indexes (number) SELECT DISTINCT number FROM added ORDER BY number
            ON CONFLICT (number) DO NOTHING;
          RETURN NULL;
        END $function$;
      CREATE TRIGGER entries_note_indexes AFTER INSERT ON entries
        REFERENCING NEW TABLE AS added FOR EACH STATEMENT EXECUTE FUNCTION note_indexes();
      INSERT INTO indexes (number) SELECT DISTINCT number FROM entries ORDER BY number
        ON CONFLICT (number) DO NOTHING;`,
  },
];
