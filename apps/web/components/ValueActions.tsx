/** Actions on a value: view all digits, copy, download. */
import { useSignal } from "@preact/signals";
import type { Value } from "../../shared/contracts/state.ts";
import type { Api } from "../adapters/api.ts";
import { copy } from "../adapters/clipboard.ts";
import type { ViewerModel } from "../models/viewer.ts";
import { count } from "../numbers/format.ts";

interface Props {
  value: Value;
  api: Pick<Api, "allDigits" | "downloadUrl">;
  /** Absent inside the viewer itself. */
  viewer?: ViewerModel;
}

const words = { idle: "Copy", busy: "Copying", done: "Copied", failed: "Not copied" };

export function ValueActions({ value, api, viewer }: Props) {
  const state = useSignal<keyof typeof words>("idle");
  const copyAll = async () => {
    state.value = "busy";
    const copied = await copy(value.value ?? api.allDigits(value.index)).catch(() => false);
    state.value = copied ? "done" : "failed";
    setTimeout(() => {
      state.value = "idle";
    }, 2_000);
  };
  return (
    <>
      <span class="digits-count">{count(value.digitCount, "digit", "digits")}</span>
      {viewer && value.value === undefined && (
        <button type="button" class="quiet" onClick={() => viewer.open(value)}>
          View all
        </button>
      )}
      <button type="button" class="quiet copy" aria-live="polite" onClick={() => void copyAll()}>
        {words[state.value]}
      </button>
      <a class="quiet" href={api.downloadUrl(value.index)} download={`fibonacci-${value.index}.txt`}>
        Download
      </a>
    </>
  );
}
