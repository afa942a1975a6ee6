import { type settings, upperLimitOf } from "../shared/contracts/settings.ts";
import type { AppParts } from "../shared/runtime/run.ts";
import { openAnnouncements } from "./announcements.ts";
import { openCalculationThreads } from "./calculation-threads.ts";
import { Calculations } from "./calculations.ts";
import { openLeases } from "./leases.ts";
import { openValueStore } from "./value-store.ts";

/** The parts of the calculator that its functions share. */
export interface Calculator {
  calculations: Calculations;
  upperLimit: number;
  sidecar: AppParts["sidecar"];
}

/** Opens the parts. Calls nothing yet: the sidecar may come later. */
export function openCalculator({
  config,
  settings: own,
  log,
  sidecar,
  stopping,
}: AppParts<typeof settings>): Calculator {
  const { replica } = config;
  return {
    upperLimit: upperLimitOf(own),
    sidecar,
    calculations: new Calculations({
      leases: openLeases(sidecar, replica),
      store: openValueStore(sidecar),
      threads: openCalculationThreads(),
      announcements: openAnnouncements(sidecar, replica),
      log,
      replica,
      stopping,
    }),
  };
}
