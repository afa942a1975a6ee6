import { setTimeout as lasting } from "node:timers/promises";

/** How long a fault lasts. Its length is the fault; nothing is awaited by it. */
export const outage = (seconds: number): Promise<void> => lasting(seconds * 1_000);
