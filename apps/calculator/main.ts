// Every file of the folder; see scripts/build/functions-plugin.ts.
import functions from "functions:./functions";
import { appIds } from "../shared/contracts/names.ts";
import { settings } from "../shared/contracts/settings.ts";
import { run } from "../shared/runtime/run.ts";
import { openCalculator } from "./calculator.ts";

void run({
  appId: appIds.calculator,
  settings,
  build(parts) {
    const calculator = openCalculator(parts);
    return {
      functions: functions.map((make) => make(calculator)),
      finish: () => calculator.calculations.idle(),
    };
  },
});
