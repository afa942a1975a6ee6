import { execFile } from "node:child_process";
import { connect, createServer } from "node:net";
import { promisify } from "node:util";

const given = new Set<number>();

/** A TCP port that nobody listens on; never gives the same one twice in this process. */
export async function freePort(): Promise<number> {
  for (;;) {
    const port = await new Promise<number>((resolve, reject) => {
      const server = createServer();
      server.once("error", reject);
      server.listen(0, "127.0.0.1", () => {
        const address = server.address();
        server.close(() => resolve(typeof address === "object" && address ? address.port : 0));
      });
    });
    if (given.has(port)) continue;
    given.add(port);
    return port;
  }
}

/** True when somebody listens on the port of this machine. */
export async function isTaken(port: number): Promise<boolean> {
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
