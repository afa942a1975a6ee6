/** The state of the system, as the API replica that answered reports it. */
import { createModel, signal } from "@preact/signals";
import type { SystemState } from "../../shared/contracts/http.ts";
import type { Api } from "../adapters/api.ts";

/** During a rolling update, a replica of another version may leave fields out. */
export type SystemView = Partial<SystemState>;

export const SystemModel = createModel((api: Pick<Api, "system">) => {
  const view = signal<SystemView | null>(null);
  return {
    view,
    async refresh(): Promise<void> {
      try {
        view.value = await api.system();
      } catch {
        // The connection reports that the API is unreachable; the last state stays.
      }
    },
  };
});
export type SystemModel = InstanceType<typeof SystemModel>;
