/** Names that code and YAML share. A test holds the YAML against them (tests/names.test.ts). */

/** The Dapr app id. It is also the consumer group of the app's subscriptions. */
export const appId = "orders";

/** Names of the Dapr components in `components/`. */
export const components = {
  /** state.redis: orders and reports. */
  state: "statestore",
  /** pubsub.redis: one replica of the app handles an event. */
  pubsub: "pubsub",
} as const;
