/** Events that no function could handle, each with its reason, to be published again. */
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
            <Letter key={row.id} row={row} busy={busy} replay={() => void model.replay(row.id)} />
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

function Letter({ row, busy, replay }: { row: DeadLetterRow; busy: boolean; replay(): void }) {
  return (
    <li class="letter">
      <p class="letter-reason">{row.reason}</p>
      <p class="letter-facts">
        <span class="replica">{row.consumer}</span> gave up an event of{" "}
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
      <div class="letter-foot">
        <details>
          <summary>What was in it</summary>
          <pre>{JSON.stringify(row.data, null, 1)}</pre>
        </details>
        <button type="button" class="quiet" disabled={busy} onClick={replay}>
          Replay
        </button>
      </div>
    </li>
  );
}
