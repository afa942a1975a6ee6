/** Which rows of a long list are in the document: all of a short list and in print, otherwise those near the screen. */
import { useSignal } from "@preact/signals";
import type { RefObject } from "preact";
import { useLayoutEffect } from "preact/hooks";
import { printing } from "../adapters/media.ts";

/**
 * Up to here all rows are in the document, so that a full-page screenshot has no gaps.
 * More would make each new entry expensive to render.
 */
export const fewRows = 400;
/** Rows rendered beyond each edge, so that quick scrolling shows no gaps. */
const margin = 12;
/** Scrolling renders again only after this many rows. */
const step = 6;

export function useWindowRows(
  box: RefObject<HTMLElement | null>,
  rowHeight: number,
  count: number,
): [number, number] {
  const first = useSignal(0);
  const last = useSignal(40);
  const all = count <= fewRows || printing.value;
  useLayoutEffect(() => {
    if (all) return;
    let frame = 0;
    const measure = () => {
      frame = 0;
      if (!box.current) return;
      const top = -box.current.getBoundingClientRect().top;
      first.value = Math.max(0, Math.floor(top / rowHeight / step) * step - margin);
      last.value = Math.max(0, Math.ceil((top + innerHeight) / rowHeight / step) * step + margin);
    };
    const later = () => {
      frame ||= requestAnimationFrame(measure);
    };
    measure();
    addEventListener("scroll", later, { passive: true });
    addEventListener("resize", later);
    // Also when something above the list has grown.
    const sizes = new ResizeObserver(later);
    sizes.observe(document.body);
    return () => {
      removeEventListener("scroll", later);
      removeEventListener("resize", later);
      sizes.disconnect();
      cancelAnimationFrame(frame);
    };
  }, [rowHeight, all]);
  return all ? [0, count] : [Math.min(first.value, count), Math.min(last.value, count)];
}
