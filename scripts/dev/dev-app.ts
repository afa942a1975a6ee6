import { join } from "node:path";
import { cloneFolder } from "../local/folders.ts";
import { type Running, run } from "../local/process.ts";
import { answersOk, waitFor } from "../local/wait-for.ts";
import type { AppName } from "./options.ts";

/** How an app is run in development. */
export type DevAppOptions = {
  name: AppName;
  /** The folder of the built programs. */
  folder: string;
  url: string;
  env: NodeJS.ProcessEnv;
  /** Where a debugger attaches; undefined for an app that is not watched. */
  inspectorPort?: number;
  onLine: (line: string) => void;
  /** Called after every start with the id of its process, which leads a group of its own. */
  onStart: (pid: number) => void;
  /** Called when the app ends by itself. */
  onEnd: (how: string) => void;
};

/** How long a program may take to answer after its start. */
const startDeadlineMs = 15_000;
/** A stop that takes longer (a debugger holds it, a long calculation) is cut off: its events come again. */
const stopDeadlineMs = 1_500;

/** One app that is started anew whenever its program changes, on the same ports, beside the same sidecar. */
export class DevApp {
  readonly name: AppName;
  readonly #options: DevAppOptions;
  #running: Running | undefined;

  constructor(options: DevAppOptions) {
    this.name = options.name;
    this.#options = options;
  }

  /** Starts it and waits until it answers. @throws Error with what it wrote, when it does not */
  async start(): Promise<void> {
    const { name, folder, url, env, inspectorPort, onLine, onStart, onEnd } = this.#options;
    const inspect = inspectorPort ? [`--inspect=127.0.0.1:${inspectorPort}`] : [];
    const running = await run({
      name,
      command: process.execPath,
      args: ["--enable-source-maps", ...inspect, join(folder, name, "main.cjs")],
      cwd: cloneFolder,
      env,
      stopDeadlineMs,
      // A Ctrl-C in the terminal reaches us, and we end it after what depends on it.
      detached: true,
      onLine,
    });
    this.#running = running;
    onStart(running.pid);
    const giveUp = new AbortController();
    const ended = running.ended.then(({ code, signal }) => {
      throw new Error(`it ended (${signal ?? `code ${code}`})`);
    });
    ended.catch(() => {});
    try {
      const wait = { deadlineMs: startDeadlineMs, everyMs: 20, signal: giveUp.signal };
      await Promise.race([waitFor(`${name} to answer`, () => answersOk(`${url}/healthz`), wait), ended]);
    } catch (error) {
      this.#running = undefined;
      await running.stop();
      throw new Error(`${name} did not start: ${(error as Error).message}\n${running.tail()}`);
    } finally {
      giveUp.abort();
    }
    void running.ended.then(({ code, signal }) => {
      // Not one that was stopped to be started anew.
      if (this.#running === running) onEnd(signal ?? `code ${code}`);
    });
  }

  /** Lets it finish what it is doing, and ends it. */
  async stop(): Promise<void> {
    const running = this.#running;
    this.#running = undefined;
    await running?.stop();
  }

  /** What it asks its sidecar for at the sidecar's start. */
  async subscriptions(): Promise<string> {
    const headers = { "dapr-api-token": this.#options.env.APP_API_TOKEN ?? "" };
    return (await fetch(`${this.#options.url}/dapr/subscribe`, { headers })).text();
  }
}
