/** Reports a lost connection. It overlays the bottom of the page, so that nothing moves. */
import type { ConnectionModel } from "../models/connection.ts";

const words = {
  connecting: "Connecting",
  live: "Live",
  lost: "Reconnecting",
  offline: "Offline",
};

export function ConnectionState({ connection }: { connection: ConnectionModel }) {
  const status = connection.status.value;
  return (
    <p class={`connection ${status}`} role="status">
      <span key={status}>{words[status]}</span>
    </p>
  );
}

export function Banner({ connection }: { connection: ConnectionModel }) {
  const status = connection.status.value;
  if (status !== "lost" && status !== "offline") return null;
  return (
    <div class="banner">
      <p>
        {status === "offline"
          ? "You are offline. This page may be out of date. It reconnects when the network is back."
          : "The API is unreachable. This page may be out of date. Reconnecting automatically."}
      </p>
      <button type="button" class="quiet" onClick={() => connection.connect()}>
        Try now
      </button>
    </div>
  );
}
