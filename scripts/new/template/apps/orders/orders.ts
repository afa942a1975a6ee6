import type { settings } from "../shared/contracts/settings.ts";
import type { AppParts } from "../shared/runtime/run.ts";
import type { SidecarClient } from "../shared/runtime/sidecar-client.ts";

/** The parts that the functions share. Open what they need together here: clients, caches, counters. */
export interface Orders {
  sidecar: SidecarClient;
  reportSeconds: number;
}

/** Opens the parts. Calls nothing yet: the sidecar may start after the app. */
export function openOrders({ sidecar, settings: own }: AppParts<typeof settings>): Orders {
  return { sidecar, reportSeconds: own.REPORT_SECONDS };
}
