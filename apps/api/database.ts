import { components } from "../shared/contracts/names.ts";
import type { SidecarClient } from "../shared/runtime/sidecar-client.ts";

/** Postgres, as far as its output binding reaches. Parameters are strings or null; cast them in the SQL. */
export interface Database {
  /** Runs a statement that changes something. */
  execute(sql: string, ...params: (string | null)[]): Promise<void>;
  /**
   * Runs a SELECT whose one row holds one JSON text, and parses it: the binding's own
   * rows have no column names, and turn bigint into a float and uuid into bytes.
   * @throws when there is no such row, since the binding answers some failures with no rows.
   */
  read<Result>(sql: string, ...params: (string | null)[]): Promise<Result>;
}

export function openDatabase(sidecar: SidecarClient): Database {
  const invoke = (operation: string, sql: string, params: (string | null)[]) =>
    sidecar.bind(components.entries, operation, {
      metadata: {
        // The sidecar sends the statement back in a header, where a line break is not allowed.
        sql: sql.replace(/\s+/g, " ").trim(),
        ...(params.length > 0 ? { params: JSON.stringify(params) } : {}),
      },
    });

  return {
    async execute(sql, ...params) {
      await invoke("exec", sql, params);
    },
    async read(sql, ...params) {
      const rows = (await invoke("query", sql, params)) as [[string]] | [];
      const text = rows[0]?.[0];
      if (typeof text !== "string") throw new Error("the database returned no row");
      return JSON.parse(text);
    },
  };
}

/** Whether Postgres refused the data itself (SQLSTATE classes 22 and 23): the same rows will never be taken. */
export const isRefusal = (error: unknown): boolean => /SQLSTATE 2[23]/.test(String(error));

/** How a point in time is written in every answer: ISO 8601 in UTC, with milliseconds. */
export const isoTime = (column: string) =>
  `to_char(${column} AT TIME ZONE 'UTC', 'YYYY-MM-DD"T"HH24:MI:SS.MS"Z"')`;
