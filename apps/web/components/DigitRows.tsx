/** The scroller of the viewer: renders the visible rows, and tells the model which digits they hold. */
import { type Signal, useSignal, useSignalEffect } from "@preact/signals";
import { useLayoutEffect, useRef } from "preact/hooks";
import type { Value } from "../../shared/contracts/state.ts";
import type { ViewerModel } from "../models/viewer.ts";
import { grouped } from "../numbers/format.ts";
import { offsetAt, rowAt, scrolledHeight, scrollTo } from "../numbers/tallScroll.ts";

const rowHeight = 26;
const groupDigits = 10;
/** Groups in a row; these counts make the numbering easy to read. */
const rowGroups = [10, 5, 4, 2];
const margin = 8;
/** Milliseconds. Digits are fetched where the scrolling rests, not all along the way. */
const rest = 60;

interface Props {
  viewer: ViewerModel;
  value: Value;
  /** The digit to go to. */
  target: Signal<number | null>;
}

export function DigitRows({ viewer, value, target }: Props) {
  const box = useRef<HTMLElement>(null);
  const ruler = useRef<HTMLSpanElement>(null);
  const timer = useRef<ReturnType<typeof setTimeout>>(undefined);
  const perRow = useSignal(0);
  const first = useSignal(0);
  const last = useSignal(0);
  const shift = useSignal(0);
  const rows = perRow.value ? Math.ceil(value.digitCount / perRow.value) : 0;
  const labelWidth = grouped(value.digitCount).length;

  function measure(): void {
    const scroller = box.current;
    if (!scroller || !rows) return;
    const size = { rows, rowHeight, view: scroller.clientHeight };
    const at = rowAt(scroller.scrollTop, size);
    first.value = Math.max(0, Math.floor(at) - margin);
    last.value = Math.min(rows, Math.ceil(at + size.view / rowHeight) + margin);
    shift.value = offsetAt(first.value, scroller.scrollTop, size);
    clearTimeout(timer.current);
    timer.current = setTimeout(
      () => viewer.look(first.peek() * perRow.peek(), last.peek() * perRow.peek()),
      rest,
    );
  }

  useLayoutEffect(() => {
    const fitRows = () => {
      if (!box.current || !ruler.current) return;
      const character = ruler.current.getBoundingClientRect().width / groupDigits;
      const room = box.current.clientWidth / character - labelWidth - 4;
      const groups = rowGroups.find((count) => count * (groupDigits + 1) <= room) ?? 1;
      perRow.value = groups * groupDigits;
    };
    const sizes = new ResizeObserver(fitRows);
    sizes.observe(box.current!);
    fitRows();
    box.current!.focus();
    return () => {
      sizes.disconnect();
      clearTimeout(timer.current);
    };
  }, []);
  useLayoutEffect(measure, [rows]);

  useSignalEffect(() => {
    const digit = target.value;
    if (digit === null || !box.current || !perRow.value) return;
    const size = {
      rows: Math.ceil(value.digitCount / perRow.value),
      rowHeight,
      view: box.current.clientHeight,
    };
    box.current.scrollTop = scrollTo(Math.floor(digit / perRow.value), size);
  });

  // Subscribes to changes: the digits themselves are not a signal.
  viewer.version.value;
  const shown = Array.from({ length: last.value - first.value }, (_, i) => first.value + i);
  return (
    <section
      ref={box}
      class="digit-scroller"
      // biome-ignore lint/a11y/noNoninteractiveTabindex: a scroller must be reachable by keyboard
      tabIndex={0}
      aria-label={`Digits of F(${value.index}), scrolled with the arrow and page keys`}
      onScroll={measure}
      onCopy={copyBare}
    >
      <span ref={ruler} class="ruler" aria-hidden="true">
        {"0".repeat(groupDigits)}
      </span>
      <div class="digit-space" style={{ height: `${scrolledHeight(rows * rowHeight)}px` }}>
        <div class="digit-rows" style={{ transform: `translateY(${shift.value}px)` }}>
          {shown.map((row) => (
            <DigitRow
              key={row}
              from={row * perRow.value}
              viewer={viewer}
              value={value}
              perRow={perRow.value}
              width={labelWidth}
              target={target.value}
            />
          ))}
        </div>
      </div>
    </section>
  );
}

/** Copies selected digits without the spaces and line breaks between them. */
function copyBare(event: ClipboardEvent): void {
  event.clipboardData?.setData("text/plain", `${getSelection()}`.replace(/\s/g, ""));
  event.preventDefault();
}

interface RowProps {
  from: number;
  perRow: number;
  width: number;
  value: Value;
  viewer: ViewerModel;
  target: number | null;
}

function DigitRow({ from, perRow, width, value, viewer, target }: RowProps) {
  const to = Math.min(from + perRow, value.digitCount);
  const digits = viewer.digits(from, to);
  const text = digits ?? "·".repeat(to - from);
  const aimed = target !== null && target >= from && target < to;
  return (
    <p class={`digit-row${digits === undefined ? " to-come" : ""}${aimed ? " aimed" : ""}`}>
      <span class="digit-place" style={{ width: `${width}ch` }}>
        {grouped(from + 1)}
      </span>
      <span aria-hidden={digits === undefined}>{text.match(/.{1,10}/g)?.join(" ")}</span>
    </p>
  );
}
