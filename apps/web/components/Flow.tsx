/** The diagram: stations, replicas, and a dot for each event that this page received. */
import type { RefObject } from "preact";
import { useRef } from "preact/hooks";
import type { ConnectionModel } from "../models/connection.ts";
import type { FlowModel } from "../models/flow.ts";
import { calculatorStation } from "../models/moves.ts";
import { type Calculator, shownCalculators } from "../models/replicas.ts";
import { storyText } from "../models/storyText.ts";
import type { SystemModel } from "../models/system.ts";
import type { ValuesModel } from "../models/values.ts";
import { grouped, percent } from "../numbers/format.ts";
import { FlowDot } from "./FlowDot.tsx";

interface Props {
  flow: FlowModel;
  values: ValuesModel;
  system: SystemModel;
  connection: ConnectionModel;
}

export function Flow({ flow, values, system, connection }: Props) {
  const map = useRef<HTMLDivElement>(null);
  const reachable = connection.status.value === "live";
  const unrecorded = system.view.value?.unrecorded ?? 0;
  return (
    <section class="flow" aria-labelledby="flow-title">
      <h2 id="flow-title">What happens when you press Calculate?</h2>
      <div ref={map} class={`flow-map${reachable ? "" : " unreachable"}`}>
        <ul class="flow-stations">
          <li class="flow-page">
            <b data-station="page">Page</b>
          </li>
          <li class="flow-api">
            <b data-station="api">API</b>
            <ApiReplicas flow={flow} reachable={reachable} />
          </li>
          <li class="flow-redis">
            <b data-station="redis">Redis</b>
            <span class="flow-note">{unrecorded > 0 && `${grouped(unrecorded)} unrecorded`}</span>
          </li>
          <li class="flow-postgres">
            <b data-station="postgres">Postgres</b>
          </li>
          <Calculators calculators={flow.calculators.value} />
        </ul>
        <Dots flow={flow} map={map} />
      </div>
      <StoryLine flow={flow} values={values} />
    </section>
  );
}

/** Separate components, so that an event redraws only what it changes. */
function Dots({ flow, map }: { flow: FlowModel; map: RefObject<HTMLElement | null> }) {
  return (
    <div aria-hidden="true">
      {flow.moves.value.map((move) => (
        <FlowDot key={move.key} move={move} map={map} />
      ))}
    </div>
  );
}

function StoryLine({ flow, values }: Pick<Props, "flow" | "values">) {
  const story = flow.story.value;
  const calculation = story ? values.of(story.index).value : { status: "unknown" as const };
  const text = storyText(story, calculation);
  return (
    <p class="flow-story">
      <span key={text}>{text}</span>
    </p>
  );
}

function ApiReplicas({ flow, reachable }: { flow: FlowModel; reachable: boolean }) {
  const names = flow.apis.value.map(({ replica }) => replica);
  const [first, ...others] = names;
  return (
    <span class="flow-note" title={names.join(", ")}>
      {reachable ? (
        <>
          <span key={names.join()} class="replica">
            {shortName(first)}
          </span>
          {others.length > 0 && ` + ${others.length}`}
        </>
      ) : (
        "not reachable"
      )}
    </span>
  );
}

function Calculators({ calculators }: { calculators: readonly Calculator[] }) {
  const shown = shownCalculators(calculators);
  const more = calculators.length - shown.length;
  return (
    <li class="flow-calculators">
      <b class="visually-hidden">Calculators</b>
      <ul>
        {shown.map((one) => (
          <CalculatorPill key={one.replica} calculator={one} />
        ))}
        {more > 0 && (
          <li class="flow-calculator more" data-station="calculators">
            {grouped(more)} more
          </li>
        )}
        {calculators.length === 0 && <li class="flow-calculator unseen">Calculators</li>}
      </ul>
    </li>
  );
}

function CalculatorPill({ calculator }: { calculator: Calculator }) {
  const { replica, state, index, fraction = 0 } = calculator;
  const working = state === "working" && index !== undefined;
  return (
    <li
      class={`flow-calculator ${state}`}
      data-station={calculatorStation(replica)}
      title={replica}
      style={{ "--done": working ? `${fraction * 100}%` : "0%" }}
    >
      <span class="replica">{shortName(replica)}</span>
      <span class={working ? "flow-done" : "visually-hidden"}>
        {working ? percent(fraction) : state === "silent" ? " stopped reporting" : " idle"}
      </span>
    </li>
  );
}

/** The end of a pod's name tells it from its siblings. */
function shortName(replica: string | undefined): string {
  if (replica === undefined) return "";
  return replica.length > 14 ? `…${replica.slice(-12)}` : replica;
}
