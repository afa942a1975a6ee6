/** Tells that the connection is away. It lies over the page's foot, so that nothing moves. */
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
          ? "You are offline. What you see may be old; the page goes on by itself when the network is back."
          : "The API cannot be reached. What you see may be old; trying again by itself."}
      </p>
      <button type="button" class="quiet" onClick={() => connection.connect()}>
        Try now
      </button>
    </div>
  );
}
