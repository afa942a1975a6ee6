// Every file of the folder; see scripts/build/functions-plugin.ts.
import functions from "functions:./functions";
import { appId } from "../shared/contracts/names.ts";
import { settings } from "../shared/contracts/settings.ts";
import { run } from "../shared/runtime/run.ts";
import { openOrders } from "./orders.ts";

void run({
  appId,
  settings,
  build(parts) {
    const orders = openOrders(parts);
    return {
      api: { title: "Orders", version: "1", description: "Places orders and ships them." },
      functions: functions.map((make) => make(orders)),
    };
  },
});
