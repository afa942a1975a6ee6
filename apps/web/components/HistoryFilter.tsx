/** Filters the history by one index. */
import { useSignal } from "@preact/signals";
import { useRef } from "preact/hooks";
import type { HistoryModel } from "../models/history.ts";

export function HistoryFilter({ history }: { history: HistoryModel }) {
  const text = useSignal("");
  const timer = useRef<ReturnType<typeof setTimeout>>(undefined);
  const wrong = text.value.trim() !== "" && !/^\s*\d{1,15}\s*$/.test(text.value);
  return (
    <div class="filter">
      <label for="filter">{wrong ? "Digits only" : "Filter by index"}</label>
      <input
        id="filter"
        type="search"
        inputmode="numeric"
        autocomplete="off"
        placeholder="all"
        aria-invalid={wrong}
        value={text.value}
        onInput={(event) => {
          text.value = event.currentTarget.value;
          const typed = text.value.trim();
          if (typed !== "" && !/^\d{1,15}$/.test(typed)) return;
          clearTimeout(timer.current);
          timer.current = setTimeout(() => void history.show(typed === "" ? null : Number(typed)), 200);
        }}
      />
    </div>
  );
}
