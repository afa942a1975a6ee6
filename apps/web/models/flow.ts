/** The diagram: which replicas there are, what moves between the stations, and the story of one submission. */
import { createModel, effect, type ReadonlySignal, signal } from "@preact/signals";
import type { PageEvents, SystemState } from "../../shared/contracts/http.ts";
import { calculatorStation, createMoves } from "./moves.ts";
import { createReplicas } from "./replicas.ts";
import type { SubmissionsModel } from "./submissions.ts";
import type { ValuesModel } from "./values.ts";

/** The submission whose story is told: the first of the newest batch. Times are milliseconds since it was sent. */
export interface Story {
  key: number;
  index: number;
  /** Milliseconds since 1970. */
  sentAt: number;
  id?: string;
  acceptedAfter?: number;
  recordedAfter?: number;
  rejected?: boolean;
  valueAfter?: number;
  /** The value was calculated before the index was submitted. Known once both are known. */
  cached?: boolean;
  /** This page had the value before. */
  known: boolean;
  /** The replica that lost this index to another one. */
  takenOverFrom?: string;
}

const rememberedIds = 1_000;

export const FlowModel = createModel(
  (
    submissions: Pick<SubmissionsModel, "own">,
    values: Pick<ValuesModel, "of">,
    system: { view: ReadonlySignal<Partial<SystemState> | null> },
  ) => {
    const story = signal<Story | null>(null);
    const { moves, add } = createMoves();
    const replicas = createReplicas();
    /** Own submissions without an answer, by key. */
    const sending = new Map<number, number>();
    /** When events reported these ids as recorded: an event can overtake the response to its submission. */
    const recordedAt = new Map<string, number>();
    let lastKey = submissions.own.peek().reduce((highest, { key }) => Math.max(highest, key), 0);

    function tell(change: Partial<Story>): void {
      const before = story.peek();
      if (before) story.value = { ...before, ...change };
    }
    const since = (at = Date.now()) => Math.max(0, at - (story.peek()?.sentAt ?? at));

    effect(() => {
      const own = submissions.own.value;
      const fresh = own.filter(({ key }) => key > lastKey);
      if (fresh.length > 0) {
        const { key, index } = fresh[0]!;
        const known = values.of(index).peek().status === "calculated";
        story.value = { key, index, sentAt: Date.now(), known };
      }
      for (const { key, index } of fresh) {
        lastKey = Math.max(lastKey, key);
        sending.set(key, index);
        add(index, ["page", "api"]);
      }
      const byKey = new Map(own.map((one) => [one.key, one]));
      for (const [key, index] of sending) {
        const item = byKey.get(key);
        if (item && item.submittedAt === null) continue;
        sending.delete(key);
        if (item) add(index, ["api", "redis"]);
        if (story.peek()?.key !== key) continue;
        if (!item) tell({ rejected: true });
        else {
          const recorded = item.id === undefined ? undefined : recordedAt.get(item.id);
          tell({
            acceptedAfter: since(),
            ...(item.id === undefined ? {} : { id: item.id }),
            ...(recorded === undefined ? {} : { recordedAfter: since(recorded) }),
          });
        }
      }
    });

    // The value of the story arrives with an event, or with the read after the submission.
    effect(() => {
      if (!story.value) return;
      const { index, key, known, valueAfter, acceptedAfter, cached } = story.value;
      const calculation = values.of(index).value;
      if (calculation.status !== "calculated" || cached !== undefined) return;
      if (valueAfter === undefined) return tell({ valueAfter: since() });
      const submittedAt = submissions.own.peek().find((one) => one.key === key)?.submittedAt;
      if (acceptedAfter === undefined || !submittedAt) return;
      const before = calculation.calculatedAt < submittedAt;
      tell({ cached: before });
      // No event brings a value that was calculated before: the API has answered a read with it.
      if (before && !known) add(index, ["api", "page"]);
    });

    effect(() => {
      if (system.view.value) replicas.system(system.view.value);
    });

    return {
      story,
      moves,
      calculators: replicas.calculators,
      apis: replicas.apis,
      age: replicas.age,
      resync: replicas.resync,
      recorded({ entries }: PageEvents["recorded"]): void {
        for (const { id, number } of entries) {
          recordedAt.set(id, Date.now());
          if (recordedAt.size > rememberedIds) recordedAt.delete(recordedAt.keys().next().value as string);
          // The API records an entry while a calculator works on it: nothing waits for this move.
          add(number, ["redis", "api", "postgres"], false);
          if (story.peek()?.id === id) tell({ recordedAfter: since() });
        }
      },
      progress(event: PageEvents["progress"]): void {
        const { index, calculatedBy } = event;
        if (!replicas.isWorkingOn(calculatedBy, index))
          add(index, ["redis", calculatorStation(calculatedBy)]);
        const takenOverFrom = replicas.progress(event);
        if (takenOverFrom !== undefined && story.peek()?.index === index) tell({ takenOverFrom });
      },
      calculated(event: PageEvents["calculated"]): void {
        for (const { index, calculatedBy } of event.values) {
          const calculator = calculatorStation(calculatedBy);
          const back = [calculator, "redis", "api", "page"] as const;
          // Without a progress event, this event also shows that the calculator took the index.
          add(index, replicas.isWorkingOn(calculatedBy, index) ? [...back] : ["redis", ...back]);
          replicas.calculated({ index, calculatedBy });
        }
      },
      cancelled: ({ index }: PageEvents["cancelled"]): void => replicas.cancelled(index),
    };
  },
);
export type FlowModel = InstanceType<typeof FlowModel>;
