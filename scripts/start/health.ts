import { setTimeout as sleep } from "node:timers/promises";
import { isTaken } from "../local/ports.ts";
import { answersOk } from "../local/wait-for.ts";
import type { Ports } from "./ports-from.ts";

/** What has to answer before the start is done, in the order in which it comes up. */
export function checksOf(ports: Ports): { name: string; check: () => Promise<boolean> }[] {
  const apps = Object.entries(ports).flatMap(([app, { appPort, daprHTTPPort }]) => [
    { name: `the sidecar of ${app}`, url: `http://127.0.0.1:${daprHTTPPort}/v1.0/healthz` },
    { name: `the app ${app}`, url: `http://127.0.0.1:${appPort}/readyz` },
  ]);
  return apps.map(({ name, url }) => ({ name, check: () => answersOk(url) }));
}

/**
 * Watches the parts, and returns the name of the first that is gone: `dapr run` itself goes on
 * when an app or a sidecar ends. Slow is not gone; only a port that nobody listens on counts.
 */
export async function firstGone(ports: Ports, signal: AbortSignal): Promise<string | undefined> {
  const parts = Object.entries(ports).flatMap(([app, { appPort, daprHTTPPort }]) => [
    { name: `The app ${app}`, port: appPort },
    { name: `The sidecar of ${app}`, port: daprHTTPPort },
  ]);
  while (!signal.aborted) {
    for (const { name, port } of parts) {
      if (!(await isTaken(port)) && !signal.aborted) return name;
    }
    await sleep(1_000, undefined, { signal }).catch(() => {});
  }
  return undefined;
}
