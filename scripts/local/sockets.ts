import { chmod, mkdir, mkdtemp, rm } from "node:fs/promises";
import { request } from "node:http";
import { connect } from "node:net";
import { tmpdir } from "node:os";
import { join } from "node:path";

/** The longest path of a socket that every system takes; Linux takes 107 bytes, macOS 103. */
const longestPath = 103;

/** The socket of a sidecar's HTTP API; daprd chooses the name. */
export const socketOf = (folder: string, appId: string) => join(folder, `dapr-${appId}-http.socket`);

/** Both sockets of a sidecar, HTTP and gRPC. */
export const socketsOf = (folder: string, appId: string) =>
  ["http", "grpc"].map((api) => join(folder, `dapr-${appId}-${api}.socket`));

/**
 * Makes a folder for sockets that only this user can enter: the wanted one, or one with a short
 * path in the system's temporary folder when the wanted path is too long for a socket.
 */
export async function makeSocketFolder(wanted: string): Promise<{ path: string; remove(): Promise<void> }> {
  const fits = Buffer.byteLength(socketOf(wanted, "calculator")) <= longestPath;
  const path = fits ? wanted : await mkdtemp(join(tmpdir(), "fib-"));
  await mkdir(path, { recursive: true, mode: 0o700 });
  await chmod(path, 0o700);
  return { path, remove: () => rm(path, { recursive: true, force: true }) };
}

/** True when the sidecar behind the socket answers the path with a 2xx within a second. */
export function answersOkOnSocket(socketPath: string, path: string): Promise<boolean> {
  return new Promise((resolve, reject) => {
    const asked = request({ socketPath, path, signal: AbortSignal.timeout(1_000) }, (response) => {
      const { statusCode = 0 } = response;
      response.resume();
      if (statusCode >= 200 && statusCode < 300) resolve(true);
      else reject(new Error(`${path} on ${socketPath} answers ${statusCode}`));
    });
    asked.once("error", reject);
    asked.end();
  });
}

/** True when somebody listens on the socket. */
export function isSocketTaken(socketPath: string): Promise<boolean> {
  return new Promise((resolve) => {
    const socket = connect(socketPath);
    const answer = (taken: boolean) => {
      socket.destroy();
      resolve(taken);
    };
    socket.once("connect", () => answer(true));
    socket.once("error", () => answer(false));
  });
}
