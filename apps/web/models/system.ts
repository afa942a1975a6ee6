/** The system as the replica that answered sees it. */
import { createModel, signal } from "@preact/signals";
import type { SystemState } from "../../shared/contracts/http.ts";
import type { Api } from "../adapters/api.ts";

/** What a replica of another version leaves out is not shown. */
export type SystemView = Partial<SystemState>;

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
