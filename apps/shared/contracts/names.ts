/**
 * Every name that code and YAML share. A test holds the YAML against this file
 * (tests/unit/names.test.ts), so a name is changed here and there together.
 */

/** Dapr app ids. The app id is also the consumer group of the app's subscriptions on `pubsub`. */
export const appIds = { api: "api", calculator: "calculator" } as const;

/** Names of the Dapr components in `components/`. */
export const components = {
  /** state.redis on the master: every write, and reads that must be fresh. */
  state: "statestore",
  /** state.redis on any replica: reads that may lag behind. */
  stateReplica: "statestore-replica",
  /** pubsub.redis for work: one replica of each app handles an event. */
  pubsub: "pubsub",
  /** pubsub.redis for news: every replica of the API hears every event. */
  broadcast: "broadcast",
  /** bindings.postgresql: the history of entries and the dead letters. */
  entries: "entries",
  /** bindings.cron: calls the sweep. Its name is also the route that Dapr calls. */
  sweep: "sweep",
} as const;

/** The literal key prefix of both state components, so that they share keys. */
export const stateKeyPrefix = "fib";

/** Topics, by the component that carries them. */
export const topics = {
  /** pubsub: submissions that were accepted. */
  submitted: "submitted",
  /** pubsub: what could not be handled. */
  submittedDead: "submitted-dead",
  /** broadcast: calculations that nobody wants any more. */
  cancelled: "cancelled",
  /** broadcast: values that became known. */
  calculated: "calculated",
  /** broadcast: how far long calculations are. */
  progress: "progress",
  /** broadcast: entries that are in Postgres now. */
  recorded: "recorded",
} as const;
