import { type Command, type Running, run } from "./process.ts";
import { waitFor } from "./wait-for.ts";

/** A server that runs until it is stopped, and that can be started again as it was. */
export type Service = {
  readonly name: string;
  readonly pid: number;
  /** The process of now; another one after a restart. */
  readonly running: Running;
  /** The last lines that it wrote. */
  tail(): string;
  /** Asks it to end and waits until it has. */
  stop(): Promise<void>;
  /** SIGKILL by default: what a power cut or the OOM killer does. */
  kill(signal?: NodeJS.Signals): Promise<void>;
  /** Ends it, when it still runs, and starts it again on the same ports and data. */
  restart(): Promise<void>;
};

/** How a service starts. */
export type ServiceOptions = {
  command: Command;
  /** Runs before every start. */
  before?: () => Promise<void>;
  /** Truthy when the service is ready to be used. */
  ready: () => Promise<unknown>;
  /** What is awaited, for the error message. */
  readyWhat: string;
  deadlineMs?: number;
};

/** Starts a server and waits until it is ready; ends it again when it never is. */
export async function startService(options: ServiceOptions): Promise<Service> {
  let running = await startOnce(options);
  return {
    name: options.command.name,
    get pid() {
      return running.pid;
    },
    get running() {
      return running;
    },
    tail: () => running.tail(),
    stop: () => running.stop(),
    kill: (signal) => running.kill(signal),
    async restart() {
      await running.stop();
      running = await startOnce(options);
    },
  };
}

async function startOnce({
  command,
  before,
  ready,
  readyWhat,
  deadlineMs,
}: ServiceOptions): Promise<Running> {
  await before?.();
  const running = await run(command);
  const giveUp = new AbortController();
  const endedFirst = running.ended.then(({ code, signal }) => {
    throw new Error(`it ended at once (${signal ?? `code ${code}`})`);
  });
  try {
    const wait = { signal: giveUp.signal, ...(deadlineMs ? { deadlineMs } : {}) };
    await Promise.race([waitFor(readyWhat, ready, wait), endedFirst]);
    return running;
  } catch (error) {
    await running.stop();
    const reason = error instanceof Error ? error.message : String(error);
    throw new Error(`${command.name} did not start: ${reason}\n${running.tail()}`.trimEnd());
  } finally {
    giveUp.abort();
    // After a good start the end of the process is no longer news for this wait.
    endedFirst.catch(() => {});
  }
}
