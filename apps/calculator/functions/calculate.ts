import { setTimeout as pause } from "node:timers/promises";
import { calculated, progress, submitted } from "../../shared/contracts/events.ts";
import { indexTooHigh } from "../../shared/contracts/settings.ts";
import { onEvent, Retry } from "../../shared/runtime/functions.ts";
import { SidecarError } from "../../shared/runtime/sidecar-http.ts";
import type { Calculator } from "../calculator.ts";

/** How long an event waits for its calculations; well below the component's processingTimeout. */
const patienceMilliseconds = 10_000;

/**
 * Topic `submitted` → values in the state store, each calculated once.
 *
 * An index that has its value is only announced. Otherwise the replica that acquires its lease
 * calculates it; another replica, or a second delivery of the event, finds the lease
 * held and leaves the index alone. The event is acknowledged when its values are there, or
 * after ten seconds: a longer calculation goes on under a lease that is renewed, and if
 * its calculator dies the API's sweep submits the index again. Dying before the
 * acknowledgement has the event delivered again; the lease expires meanwhile.
 */
export default ({ calculations, upperLimit }: Calculator) =>
  onEvent({
    name: "calculate",
    topic: submitted,
    publishes: [calculated, progress],
    async handle({ submissions }, { deadLetter }) {
      const bad = submissions.filter(({ index }) => index > upperLimit);
      if (bad.length > 0) await deadLetter({ submissions: bad }, indexTooHigh);
      const entered = new Map<number, string>();
      for (const { index, submittedAt } of submissions) {
        if (index <= upperLimit && submittedAt > (entered.get(index) ?? "")) entered.set(index, submittedAt);
      }
      const over = new AbortController();
      try {
        const begun = await calculations.begin(entered);
        const late = pause(patienceMilliseconds, undefined, { signal: over.signal });
        await Promise.race([Promise.all(begun), late]);
      } catch (error) {
        if (error instanceof SidecarError) throw new Retry(String(error));
        throw error;
      } finally {
        over.abort();
      }
    },
  });
