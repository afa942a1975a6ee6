/** A dialog with all digits of a value, up to hundreds of millions. */
import { useSignal } from "@preact/signals";
import { useEffect, useRef } from "preact/hooks";
import type { Api } from "../adapters/api.ts";
import type { ViewerModel } from "../models/viewer.ts";
import { count } from "../numbers/format.ts";
import { DigitRows } from "./DigitRows.tsx";
import { Term } from "./Term.tsx";
import { ValueActions } from "./ValueActions.tsx";

interface Props {
  viewer: ViewerModel;
  api: Pick<Api, "allDigits" | "downloadUrl">;
}

export function Viewer({ viewer, api }: Props) {
  const dialog = useRef<HTMLDialogElement>(null);
  const value = viewer.shown.value;
  const target = useSignal<number | null>(null);
  useEffect(() => {
    target.value = null;
    if (value) dialog.current?.showModal();
    else dialog.current?.close();
  }, [value]);
  return (
    // biome-ignore lint/a11y/useKeyWithClickEvents: browsers close a dialog on Escape
    <dialog
      ref={dialog}
      class="viewer"
      aria-labelledby="viewer-title"
      onClose={() => viewer.close()}
      onClick={(event) => {
        // A click beside the dialog closes it.
        if (event.target === dialog.current) viewer.close();
      }}
    >
      {value && (
        <div class="viewer-body">
          <header>
            <h2 id="viewer-title">
              <Term index={value.index} />
            </h2>
            <div class="value-actions">
              <ValueActions value={value} api={api} />
            </div>
            <button type="button" class="quiet close" onClick={() => viewer.close()}>
              Close
            </button>
          </header>
          <DigitRows key={value.index} viewer={viewer} value={value} target={target} />
          <footer>
            <GoTo digits={value.digitCount} target={target} />
            <p class="problem" role="status">
              {viewer.problem.value &&
                `Some digits are missing. ${viewer.problem.value} Scroll to try again.`}
            </p>
          </footer>
        </div>
      )}
    </dialog>
  );
}

function GoTo({ digits, target }: { digits: number; target: { value: number | null } }) {
  return (
    <form
      class="go-to"
      onSubmit={(event) => {
        event.preventDefault();
        const asked = Number(new FormData(event.currentTarget).get("digit"));
        // Cleared first, so that the same digit can be requested twice.
        target.value = null;
        if (asked >= 1) target.value = Math.min(Math.floor(asked), digits) - 1;
      }}
    >
      <label for="digit">Go to digit</label>
      <input
        id="digit"
        name="digit"
        type="number"
        inputmode="numeric"
        min={1}
        max={digits}
        step={1}
        required
        aria-describedby="digit-range"
      />
      <button type="submit" class="quiet">
        Go
      </button>
      <span id="digit-range" class="aside-note">
        of {count(digits, "digit", "digits")}
      </span>
    </form>
  );
}
