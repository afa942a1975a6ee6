/**
 * Names that code and YAML share, beside those of the topics (events.ts). A test holds the YAML against
 * them (tests/unit/names.test.ts), so a name is changed here and there together.
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
  /** pubsub.redis for notifications: every replica of a subscribed app gets every event. */
  broadcast: "broadcast",
  /** bindings.postgresql: the history of entries and the dead letters. */
  entries: "entries",
} as const;

/** The literal key prefix of both state components, so that they share keys. */
export const stateKeyPrefix = "fib";
