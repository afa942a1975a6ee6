// Every file of the folder; see scripts/build/functions-plugin.ts.
import functions from "functions:./functions";
import { join } from "node:path";
import express from "express";
import { appIds } from "../shared/contracts/names.ts";
import { settings } from "../shared/contracts/settings.ts";
import { run } from "../shared/runtime/run.ts";
import { openApi } from "./api.ts";
import { watch } from "./gauges.ts";
import { migrate } from "./migrations/migrate.ts";
import { pageFiles } from "./page-files.ts";
import { prepare } from "./prepare.ts";

void run({
  appId: appIds.api,
  settings,
  build(parts) {
    const api = openApi(parts);
    watch(api);
    const tables = prepare("tables", () => migrate(api.database), parts);
    return {
      api: {
        title: "Fibonacci calculator",
        version: "1",
        description: "Every path also answers below /api.",
      },
      ready: () => tables.done,
      functions: functions.map((make) => make(api)),
      after: [
        express()
          .disable("x-powered-by")
          .use(pageFiles(join(__dirname, "../web"))),
      ],
    };
  },
});
