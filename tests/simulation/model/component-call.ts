import type { ReplyTo, SidecarProcess } from "./parts.ts";

/** One call of a component, and how it is answered. */
export interface ComponentCall {
  sidecar: SidecarProcess;
  component: string;
  /** Milliseconds after which the sidecar stops waiting for the component; the work goes on. */
  timeout: number | undefined;
  reply: ReplyTo;
}

/** Answers with an error when the time is over, unless the answer came first. */
export function withTimeout(
  { sidecar, timeout, reply }: ComponentCall,
  start: (answer: ReplyTo) => void,
): void {
  let over = false;
  const timer =
    timeout === undefined
      ? undefined
      : sidecar.defer(timeout, () => {
          over = true;
          reply({ status: 500, text: "context deadline exceeded" });
        });
  start((answer) => {
    if (over) return;
    over = true;
    if (timer) timer.cancelled = true;
    reply(answer);
  });
}
