import { join } from "node:path";
import { appIds } from "../shared/contracts/names.ts";
import { run } from "../shared/runtime/run.ts";
import { openCalculators } from "./calculators.ts";
import { createTables, openDatabase } from "./database.ts";
import { openDeadLetters } from "./dead-letters.ts";
import { openEntries } from "./entries.ts";
import { openFeed } from "./feed.ts";
import { announceCalculated } from "./functions/announce-calculated.ts";
import { announceCancelled } from "./functions/announce-cancelled.ts";
import { announceProgress } from "./functions/announce-progress.ts";
import { announceRecorded } from "./functions/announce-recorded.ts";
import { cancelCalculation } from "./functions/cancel-calculation.ts";
import { keepDeadLetter } from "./functions/keep-dead-letter.ts";
import { listDeadLetters } from "./functions/list-dead-letters.ts";
import { readAll } from "./functions/read-all.ts";
import { readConfig } from "./functions/read-config.ts";
import { readCurrent } from "./functions/read-current.ts";
import { readDigits } from "./functions/read-digits.ts";
import { readEntries } from "./functions/read-entries.ts";
import { readOpenapi } from "./functions/read-openapi.ts";
import { readSystem } from "./functions/read-system.ts";
import { readValue } from "./functions/read-value.ts";
import { record } from "./functions/record.ts";
import { replayDeadLetters } from "./functions/replay-dead-letters.ts";
import { streamEvents } from "./functions/stream-events.ts";
import { submit } from "./functions/submit.ts";
import { sweep } from "./functions/sweep.ts";
import { watch } from "./metrics.ts";
import { prepare } from "./prepare.ts";
import { openSubmissions } from "./submissions.ts";
import { openValues } from "./values.ts";

/** The API: its parts, and the functions that they are given to. */
void run(appIds.api, ({ config, log, sidecar, stopping }) => {
  const database = openDatabase(sidecar);
  const entries = openEntries(database);
  const deadLetters = openDeadLetters(database);
  const values = openValues(sidecar);
  const submissions = openSubmissions(sidecar);
  const feed = openFeed();
  const calculators = openCalculators();
  const { upperLimit } = config;
  watch({ submissions, values, deadLetters, feed });
  const tables = prepare("tables", () => createTables(database), { log, stopping });

  return {
    ready: () => tables.done,
    page: join(__dirname, "../web"),
    functions: [
      // What people ask.
      submit(submissions, upperLimit),
      readAll(entries),
      readCurrent(values, entries),
      readValue(values, entries, submissions, upperLimit),
      readDigits(values, upperLimit),
      readEntries(entries, upperLimit),
      streamEvents(feed),
      cancelCalculation(sidecar, values, upperLimit),
      listDeadLetters(deadLetters),
      replayDeadLetters(sidecar, deadLetters),
      readSystem({ replica: config.replica, values, submissions, deadLetters, feed, calculators }),
      readConfig(config),
      readOpenapi(upperLimit),
      // What happens.
      record(sidecar, entries, submissions, upperLimit),
      announceRecorded(feed, submissions),
      announceCalculated(feed, values, calculators),
      announceCancelled(feed),
      announceProgress(feed),
      keepDeadLetter(deadLetters),
      // What time brings.
      sweep(sidecar, entries, submissions),
    ],
  };
});
