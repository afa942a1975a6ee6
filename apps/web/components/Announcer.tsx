/** Announces to screen readers which values arrived: politely, and with pauses. */
import { useSignal, useSignalEffect } from "@preact/signals";
import { useRef } from "preact/hooks";
import type { SubmissionsModel } from "../models/submissions.ts";
import type { ValuesModel } from "../models/values.ts";
import { count } from "../numbers/format.ts";

/** Milliseconds without another value before the announcement. */
const pause = 800;
/** Most digits that are read out. */
const speakable = 30;

export function Announcer({ submissions, values }: { submissions: SubmissionsModel; values: ValuesModel }) {
  const words = useSignal("");
  const waitingFor = useRef(new Set<number>());
  const arrived = useRef<number[]>([]);
  const timer = useRef<ReturnType<typeof setTimeout>>(undefined);

  function say(): void {
    const indexes = arrived.current.splice(0);
    const one = indexes.length === 1 ? values.of(indexes[0]!).peek() : undefined;
    if (one?.status === "calculated") {
      const value =
        one.digitCount <= speakable ? one.value : `calculated: ${count(one.digitCount, "digit", "digits")}`;
      words.value = `F(${one.index}) is ${value}.`;
    } else words.value = `${count(indexes.length, "value", "values")} arrived.`;
  }

  useSignalEffect(() => {
    for (const { key, index } of submissions.own.value) {
      const done = values.of(index).value.status === "calculated";
      if (!done) waitingFor.current.add(key);
      else if (waitingFor.current.delete(key)) arrived.current.push(index);
    }
    if (arrived.current.length === 0) return;
    clearTimeout(timer.current);
    timer.current = setTimeout(say, pause);
  });
  return (
    <p class="visually-hidden" role="status">
      {words.value}
    </p>
  );
}
