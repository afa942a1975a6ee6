/** The state of the system, as the API replica that answers this page reports it. */
import type { SystemView } from "../models/system.ts";
import { count, exactly, grouped, when } from "../numbers/format.ts";

export function System({ view }: { view: SystemView | null }) {
  return (
    <section id="system" class="system" aria-labelledby="system-title">
      <div class="section-head">
        <h2 id="system-title">System</h2>
        {view?.clients !== undefined && (
          <span class="aside-note">{count(view.clients, "open page", "open pages")}</span>
        )}
      </div>
      <div class="stations">
        {view ? <Stations view={view} /> : <p class="empty">Waiting for the first report.</p>}
      </div>
    </section>
  );
}

function Stations({ view }: { view: SystemView }) {
  const { replica, startedAt, reads, unrecorded, deadLetters, calculators } = view;
  return (
    <ol>
      <li class="station">
        <h3>API</h3>
        <p>
          <span class="replica">{replica ?? "a replica"}</span> answers this page
          {startedAt && (
            <>
              , up since{" "}
              <time dateTime={startedAt} title={exactly(startedAt)}>
                {when(startedAt)}
              </time>
            </>
          )}
        </p>
        {reads && <Reads reads={reads} />}
      </li>
      {(unrecorded !== undefined || deadLetters !== undefined) && (
        <li class="station">
          <h3>Queue</h3>
          <p>
            {unrecorded !== undefined && (
              <>
                <b>{grouped(unrecorded)}</b> accepted, not yet recorded
              </>
            )}
            {unrecorded !== undefined && deadLetters !== undefined && "; "}
            {deadLetters !== undefined && (
              <>
                <b>{grouped(deadLetters)}</b> {deadLetters === 1 ? "dead letter" : "dead letters"}
              </>
            )}
          </p>
        </li>
      )}
      {calculators && (
        <li class="station">
          <h3>Calculators</h3>
          <Calculators calculators={calculators} />
        </li>
      )}
    </ol>
  );
}

const places = { memory: "memory", replica: "Redis replica", master: "Redis master" } as const;

function Reads({ reads }: { reads: NonNullable<SystemView["reads"]> }) {
  const shares = Object.entries(places).map(([place, name]) => ({
    place,
    name,
    reads: reads[place as keyof typeof places] ?? 0,
  }));
  const total = shares.reduce((sum, share) => sum + share.reads, 0);
  const percent = (part = 0) => `${(100 * part) / Math.max(total, 1)}%`;
  return (
    <>
      <div
        class={`shares${total === 0 ? " none" : ""}`}
        aria-hidden="true"
        style={{
          "--memory": percent(reads.memory),
          "--replica": percent((reads.memory ?? 0) + (reads.replica ?? 0)),
        }}
      />
      <p class="legend">
        Values read from{" "}
        {shares.map((share) => (
          <span key={share.place} class={`key from-${share.place}`}>
            {share.name} <b>{grouped(share.reads)}</b>
          </span>
        ))}
      </p>
    </>
  );
}

function Calculators({ calculators }: { calculators: NonNullable<SystemView["calculators"]> }) {
  if (calculators.length === 0) return <p>No calculator has reported a value yet.</p>;
  const byName = calculators.toSorted((a, b) => a.replica.localeCompare(b.replica));
  const most = Math.max(...calculators.map(({ calculated }) => calculated), 1);
  return (
    <ul class="calculators">
      {byName.map(({ replica, calculated, lastAt }) => (
        <li key={replica}>
          <span class="replica" title={replica}>
            {replica}
          </span>
          <span class="bar" aria-hidden="true">
            <span class="bar-fill" style={{ transform: `scaleX(${calculated / most})` }} />
          </span>
          <span class="amount">
            {grouped(calculated)}
            <span class="visually-hidden"> calculated</span>
          </span>
          {lastAt && (
            <time dateTime={lastAt} title={exactly(lastAt)}>
              {when(lastAt)}
            </time>
          )}
        </li>
      ))}
    </ul>
  );
}
