/** The rows of a long list that are visible. Only those are in the document, except in print. */
import { useSignal } from "@preact/signals";
import type { RefObject } from "preact";
import { useLayoutEffect } from "preact/hooks";

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
  useLayoutEffect(() => {
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
    // Also when something above the list has grown.
    const sizes = new ResizeObserver(later);
    sizes.observe(document.body);
    return () => {
      removeEventListener("scroll", later);
      sizes.disconnect();
      cancelAnimationFrame(frame);
    };
  }, [rowHeight]);
  return [Math.min(first.value, count), Math.min(last.value, count)];
}
