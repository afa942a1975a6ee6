/** The system as the replica that answered sees it. */
import { createModel, signal } from "@preact/signals";
import type { Api } from "../adapters/api.ts";

/** `GET /system`. Whatever is missing is not shown. */
export interface SystemView {
  replica?: string;
  startedAt?: string;
  /** Values read since it started, by where they were found. */
  reads?: { memory?: number; replica?: number; master?: number };
  /** Entries accepted and not yet in Postgres. */
  unrecorded?: number;
  deadLetters?: number;
  /** Open pages. */
  listeners?: number;
  calculators?: { replica: string; calculated: number; lastAt?: string }[];
}

export const SystemModel = createModel((api: Pick<Api, "system">) => {
  const view = signal<SystemView | null>(null);
  return {
    view,
    async refresh(): Promise<void> {
      try {
        view.value = await api.system();
      } catch {
        // The connection tells that the API is away; what was seen last stays.
      }
    },
  };
});
export type SystemModel = InstanceType<typeof SystemModel>;
