/** Events that could not be handled, with their reasons and buttons to replay them. */
import type { DeadLetterRow } from "../../shared/contracts/http.ts";
import type { DeadLettersModel } from "../models/deadLetters.ts";
import { exactly, grouped, when } from "../numbers/format.ts";

export function DeadLetters({ model }: { model: DeadLettersModel }) {
  const rows = model.rows.value;
  const total = model.total.value;
  const busy = model.replaying.value !== null;
  return (
    <section id="dead-letters" class="dead-letters" aria-labelledby="dead-letters-title">
      <div class="section-head">
        <h2 id="dead-letters-title">Dead letters</h2>
        {rows.length > 0 && (
          <button type="button" class="quiet" disabled={busy} onClick={() => void model.replayAll()}>
            Replay all
          </button>
        )}
      </div>
      <p class="outcome" role="status">
        {model.outcome.value}
      </p>
      {rows.length === 0 ? (
        <p class="empty">None. Every event was handled.</p>
      ) : (
        <ul>
          {rows.map((row) => (
            <DeadLetter key={row.id} row={row} busy={busy} replay={() => void model.replay(row.id)} />
          ))}
        </ul>
      )}
      {total > rows.length && (
        <p class="empty">
          The newest {rows.length} of {grouped(total)}.
        </p>
      )}
    </section>
  );
}

function DeadLetter({ row, busy, replay }: { row: DeadLetterRow; busy: boolean; replay(): void }) {
  return (
    <li class="dead-letter">
      <p class="dead-letter-reason">{row.reason}</p>
      <p class="dead-letter-facts">
        <span class="replica">{row.consumer}</span> could not handle an event of topic{" "}
        <span class="replica">{row.topic}</span> at{" "}
        <time dateTime={row.diedAt} title={exactly(row.diedAt)}>
          {when(row.diedAt)}
        </time>
        {row.replayedAt && (
          <>
            , replayed at{" "}
            <time dateTime={row.replayedAt} title={exactly(row.replayedAt)}>
              {when(row.replayedAt)}
            </time>
          </>
        )}
      </p>
      <div class="dead-letter-foot">
        <details>
          <summary>Event data</summary>
          <pre>{JSON.stringify(row.data, null, 1)}</pre>
        </details>
        <button type="button" class="quiet" disabled={busy} onClick={replay}>
          Replay
        </button>
      </div>
    </li>
  );
}
