import { execFile } from "node:child_process";
import { randomInt } from "node:crypto";
import { connect, createServer } from "node:net";
import { promisify } from "node:util";

const given = new Set<number>();

/**
 * A TCP port that nobody listens on; never gives the same one twice in this process. Below those
 * that systems give to outgoing connections, one of which could take it before it is listened on.
 */
export async function freePort(): Promise<number> {
  for (;;) {
    const port = randomInt(15_000, 30_000);
    if (given.has(port) || !(await canListen(port))) continue;
    given.add(port);
    return port;
  }
}

function canListen(port: number): Promise<boolean> {
  return new Promise((resolve) => {
    const server = createServer();
    server.once("error", () => resolve(false));
    server.listen(port, "127.0.0.1", () => server.close(() => resolve(true)));
  });
}

/** True when somebody listens on the port of this machine, on loopback or on the given address. */
export async function isTaken(port: number, host?: string): Promise<boolean> {
  if (host !== undefined) return accepts(port, host);
  return (await accepts(port, "127.0.0.1")) || (await accepts(port, "::1"));
}

/** Who listens on the port, as far as the system tells, for example "node (pid 4711)". */
export async function whoListens(port: number): Promise<string | undefined> {
  const execute = promisify(execFile);
  try {
    const { stdout } = await execute("lsof", ["-nP", `-iTCP:${port}`, "-sTCP:LISTEN", "-Fpc"]);
    const pid = /^p(\d+)/m.exec(stdout)?.[1];
    if (pid) return `${/^c(.+)/m.exec(stdout)?.[1] ?? "a process"} (pid ${pid})`;
  } catch {
    // No lsof, or it sees nothing: try the next tool.
  }
  try {
    const { stdout } = await execute("ss", ["-Hltnp", `sport = :${port}`]);
    const match = /\("([^"]+)",pid=(\d+)/.exec(stdout);
    if (match) return `${match[1]} (pid ${match[2]})`;
  } catch {
    // No ss either.
  }
  return undefined;
}

function accepts(port: number, host: string): Promise<boolean> {
  return new Promise((resolve) => {
    const socket = connect({ port, host });
    const answer = (taken: boolean) => {
      socket.destroy();
      resolve(taken);
    };
    socket.setTimeout(1_000, () => answer(true));
    socket.once("connect", () => answer(true));
    socket.once("error", () => answer(false));
  });
}
