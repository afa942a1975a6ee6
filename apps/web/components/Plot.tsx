/** Points on two logarithmic axes. One SVG path holds them all, which is cheap for thousands. */
import { useSignal } from "@preact/signals";
import { grouped, shortCount } from "../numbers/format.ts";
import { logScale } from "../numbers/scale.ts";

type Point = [index: number, measure: number];

interface Props {
  title: string;
  measure: string;
  points: Point[];
  tick(value: number): string;
  say(value: number): string;
}

const width = 360;
const height = 190;
const left = 54;
const right = 350;
const top = 10;
const bottom = 164;

export function Plot({ title, measure, points, tick, say }: Props) {
  const near = useSignal<Point | null>(null);
  const xs = logScale(points.map(([index]) => Math.max(index, 1)));
  const ys = logScale(points.map(([, value]) => value));
  const x = (index: number) => left + xs.at(Math.max(index, 1)) * (right - left);
  const y = (value: number) => bottom - ys.at(value) * (bottom - top);
  const dot = ([index, value]: Point) => `M${Math.round(x(index) * 2) / 2} ${Math.round(y(value) * 2) / 2}h0`;

  function point(event: PointerEvent & { currentTarget: SVGSVGElement }): void {
    const box = event.currentTarget.getBoundingClientRect();
    const px = ((event.clientX - box.left) / box.width) * width;
    const py = ((event.clientY - box.top) / box.height) * height;
    let best = 30 ** 2;
    let found: Point | null = null;
    for (const one of points) {
      const distance = (x(one[0]) - px) ** 2 + (y(one[1]) - py) ** 2;
      if (distance < best) [best, found] = [distance, one];
    }
    near.value = found;
  }

  const shown = near.value;
  return (
    <figure class="plot">
      <figcaption>
        <b>{title}</b>
        <span class="plot-near">{shown ? `F(${grouped(shown[0])}): ${say(shown[1])}` : "against index"}</span>
      </figcaption>
      <svg
        viewBox={`0 0 ${width} ${height}`}
        role="img"
        aria-label={summary(title, measure, points, say)}
        onPointerMove={point}
        onPointerLeave={() => {
          near.value = null;
        }}
      >
        {ys.ticks.map((value) => (
          <g key={value} class="tick">
            <path d={`M${left} ${y(value)}H${right}`} />
            <text x={left - 8} y={y(value) + 4} text-anchor="end">
              {tick(value)}
            </text>
          </g>
        ))}
        {xs.ticks.map((value) => (
          <g key={value} class="tick">
            <path d={`M${x(value)} ${bottom}v5`} />
            <text x={x(value)} y={bottom + 19} text-anchor={x(value) > right - 12 ? "end" : "middle"}>
              {shortCount(value)}
            </text>
          </g>
        ))}
        <path class="dots" d={[...new Set(points.map(dot))].join("")} />
        {shown && <path class="dots near" d={dot(shown)} />}
      </svg>
    </figure>
  );
}

function summary(title: string, measure: string, points: Point[], say: (value: number) => string): string {
  if (points.length === 0) return `${title} against index: no values yet.`;
  const sorted = points.toSorted((a, b) => a[0] - b[0]);
  const [least, most] = [sorted[0]!, sorted.at(-1)!];
  return `${title} against index, ${points.length} values: ${measure} goes from ${say(least[1])} at index ${grouped(least[0])} to ${say(most[1])} at index ${grouped(most[0])}.`;
}
