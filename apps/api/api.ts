import { type settings as apiSettings, upperLimitOf } from "../shared/contracts/settings.ts";
import type { AppParts } from "../shared/runtime/run.ts";
import { type Calculators, openCalculators } from "./calculators.ts";
import { type Database, openDatabase } from "./database.ts";
import { type DeadLetters, openDeadLetters } from "./dead-letters.ts";
import { type Entries, openEntries } from "./entries.ts";
import { type Feed, openFeed } from "./feed.ts";
import { openSubmissions, type Submissions } from "./submissions.ts";
import { openValues, type Values } from "./values.ts";

/**
 * The parts of the API that its functions share. Every file in functions/ exports by default what makes
 * one function of them: `export default ({ entries }: Api) => onRequest({ … })`.
 */
export interface Api {
  replica: string;
  upperLimit: number;
  sidecar: AppParts["sidecar"];
  database: Database;
  entries: Entries;
  deadLetters: DeadLetters;
  values: Values;
  submissions: Submissions;
  feed: Feed;
  calculators: Calculators;
}

/** Opens the parts. Calls nothing yet: the sidecar may come later. */
export function openApi({
  config,
  settings,
  sidecar,
}: Pick<AppParts<typeof apiSettings>, "config" | "settings" | "sidecar">): Api {
  const database = openDatabase(sidecar);
  return {
    replica: config.replica,
    upperLimit: upperLimitOf(settings),
    sidecar,
    database,
    entries: openEntries(database),
    deadLetters: openDeadLetters(database),
    values: openValues(sidecar),
    submissions: openSubmissions(sidecar),
    feed: openFeed(),
    calculators: openCalculators(),
  };
}
