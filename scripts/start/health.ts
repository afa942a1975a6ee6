import { setTimeout as sleep } from "node:timers/promises";
import { appHost, appUrl } from "../local/app-host.ts";
import { isTaken } from "../local/ports.ts";
import { answersOkOnSocket, isSocketTaken, socketOf } from "../local/sockets.ts";
import { answersOk } from "../local/wait-for.ts";
import type { Ports } from "./ports-from.ts";

const apps = ["api", "calculator"] as const;

/** Where the parts of a start listen. */
export type Places = { ports: Ports; sockets: string };

/** What has to answer before the start is done, in the order in which it comes up. */
export function checksOf({ ports, sockets }: Places): { name: string; check: () => Promise<boolean> }[] {
  const { daprHTTPPort } = ports.caller;
  return [
    ...apps.flatMap((app) => [
      {
        name: `the sidecar of ${app}`,
        check: () => answersOkOnSocket(socketOf(sockets, app), "/v1.0/healthz"),
      },
      { name: `the app ${app}`, check: () => answersOk(`${appUrl(ports[app].appPort)}/readyz`) },
    ]),
    {
      name: "the callers' sidecar",
      check: () => answersOk(`http://127.0.0.1:${daprHTTPPort}/v1.0/healthz`),
    },
  ];
}

/**
 * Watches the parts, and returns the name of the first that is gone: `dapr run` itself goes on
 * when an app or a sidecar ends. Slow is not gone; only a part that does not listen any more counts.
 */
export async function firstGone(
  { ports, sockets }: Places,
  signal: AbortSignal,
): Promise<string | undefined> {
  const parts = [
    ...apps.flatMap((app) => [
      { name: `The app ${app}`, listens: () => answers(ports[app].appPort) },
      { name: `The sidecar of ${app}`, listens: () => isSocketTaken(socketOf(sockets, app)) },
    ]),
    { name: "The callers' sidecar", listens: () => isTaken(ports.caller.daprHTTPPort) },
  ];
  while (!signal.aborted) {
    for (const { name, listens } of parts) {
      if (!(await listens()) && !signal.aborted) return name;
    }
    await sleep(1_000, undefined, { signal }).catch(() => {});
  }
  return undefined;
}

const answers = (port: number) => isTaken(port, appHost());
