import type { Server } from "node:http";
import type { Socket } from "node:net";

/** Connections that are kept open at once, in an app. */
const mostConnections = 4_096;

/**
 * Keeps an app reachable when somebody opens connections without end: at the limit a new connection
 * takes the place of the one that has been idle longest, and is refused only if every other is at work.
 * So probes and the sidecar's deliveries always get through; streams have a limit of their own, which
 * leaves room for them.
 */
export function limitConnections(server: Server, most = mostConnections): void {
  /** In the order of when they became idle. */
  const idle = new Set<Socket>();
  let open = 0;
  server.on("connection", (socket: Socket) => {
    open += 1;
    if (open > most) {
      const [longestIdle] = idle;
      (longestIdle ?? socket).destroy();
    }
    idle.add(socket);
    socket.once("close", () => {
      open -= 1;
      idle.delete(socket);
    });
  });
  server.on("request", ({ socket }, response) => {
    idle.delete(socket);
    response.once("close", () => {
      if (!socket.destroyed) idle.add(socket);
    });
  });
}
