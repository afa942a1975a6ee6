/** One move, as a dot from station to station. With reduced motion, the stations light up instead. */
import type { RefObject } from "preact";
import { useLayoutEffect, useRef } from "preact/hooks";
import { reducedMotion } from "../adapters/media.ts";
import { legTime, type Move, type Station } from "../models/moves.ts";
import { grouped } from "../numbers/format.ts";

/** Milliseconds. */
const flashTime = 700;
/** Pixels; the same as in styles/flow.css. */
const branch = 10;

export function FlowDot({ move, map }: { move: Move; map: RefObject<HTMLElement | null> }) {
  const dot = useRef<HTMLSpanElement>(null);
  useLayoutEffect(() => {
    if (!dot.current || !map.current) return;
    const stations = move.path.map((station) => find(map.current!, station));
    for (const [leg, station] of stations.entries()) {
      if (leg > 0 || reducedMotion.peek()) flash(station, move.delay + leg * legTime);
    }
    if (reducedMotion.peek()) return;
    const origin = map.current.getBoundingClientRect();
    const legs = stations.length - 1;
    const frame = (leg: number, x: number, y: number): Keyframe => ({
      offset: leg / legs,
      transform: `translate(${x - origin.left}px, ${y - origin.top}px) translate(-50%, -50%)`,
      opacity: 1,
    });
    const boxes = stations.map((station) => station.getBoundingClientRect());
    const frames = boxes.flatMap(({ left, top, width, height }, leg) => {
      const here = frame(leg, left + width / 2, top + height / 2);
      const from = boxes[leg - 1];
      // The wires to the calculators branch off just before them; Postgres is below the API.
      if (!from || from.top === top || Math.abs(from.left - left) < branch) return [here];
      const [outer, inner] = from.left > left ? [from, boxes[leg]!] : [boxes[leg]!, from];
      return [frame(leg - 0.4, outer.left - branch, inner.top + inner.height / 2), here];
    });
    dot.current.animate(frames, { delay: move.delay, duration: legs * legTime, easing: "linear" });
  }, []);
  return (
    <span ref={dot} class={`flow-dot${move.amount > 1 ? " several" : ""}`}>
      {move.amount > 1 && grouped(move.amount)}
    </span>
  );
}

function find(map: HTMLElement, station: Station): Element {
  // A replica without a place of its own is one of "2 more".
  const place = (name: string) => map.querySelector(`[data-station="${CSS.escape(name)}"]`);
  return place(station) ?? place("calculators") ?? map.querySelector(".flow-calculators li") ?? map;
}

function flash(station: Element, delay: number): void {
  const lit = { borderColor: "var(--accent)", backgroundColor: "var(--tint)" };
  station.animate([lit, lit, {}], { delay, duration: flashTime });
}
