import { setTimeout as pause } from "node:timers/promises";
import { Submitted } from "../../shared/contracts/events.ts";
import { components, topics } from "../../shared/contracts/names.ts";
import { onEvent, Retry } from "../../shared/runtime/functions.ts";
import { SidecarError } from "../../shared/runtime/sidecar-http.ts";
import type { Calculations } from "../calculations.ts";

/** How long an event waits for its calculations; well below the component's processingTimeout. */
const patienceMilliseconds = 10_000;

/**
 * Topic `submitted` → values in the state store, each calculated once.
 *
 * An index that is known is only announced. Otherwise whoever gets its lease
 * calculates it; another replica, or a second delivery of the event, finds the lease
 * taken and leaves it alone. The event is acknowledged when its values are there, or
 * after ten seconds: a longer calculation goes on under a lease that is renewed, and if
 * its calculator dies the API's sweep submits the index again. Dying before the
 * acknowledgement brings the event again; the lease runs out meanwhile.
 */
export const calculate = (calculations: Calculations, upperLimit: number) =>
  onEvent({
    name: "calculate",
    component: components.pubsub,
    topic: topics.submitted,
    deadLetterTopic: topics.submittedDead,
    data: Submitted,
    async handle({ submissions }, { giveUp }) {
      const bad = submissions.filter(({ index }) => index > upperLimit);
      if (bad.length > 0) await giveUp({ submissions: bad }, "Index too high");
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
