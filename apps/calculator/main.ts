import { appIds } from "../shared/contracts/names.ts";
import { run } from "../shared/runtime/run.ts";
import { openCalculationThreads } from "./calculation-threads.ts";
import { Calculations } from "./calculations.ts";
import { calculate } from "./functions/calculate.ts";
import { cancel } from "./functions/cancel.ts";
import { openLeases } from "./leases.ts";
import { openNews } from "./news.ts";
import { openValueStore } from "./value-store.ts";

/** The calculator: its parts, and its functions. */
void run(appIds.calculator, ({ config, log, sidecar, stopping }) => {
  const { replica, upperLimit } = config;
  const calculations = new Calculations({
    leases: openLeases(sidecar, replica),
    store: openValueStore(sidecar),
    threads: openCalculationThreads(),
    news: openNews(sidecar, replica),
    log,
    replica,
    stopping,
  });
  return {
    functions: [calculate(calculations, upperLimit), cancel(calculations)],
    finish: () => calculations.idle(),
  };
});
