import type { IncomingMessage, ServerResponse } from "node:http";
import { setTimeout as pause } from "node:timers/promises";
import { ClusterLease } from "./cluster-lease.ts";
import { type AppContext, CallContext } from "./context.ts";
import type { ScheduleFunction } from "./functions.ts";
import { counter } from "./metrics.ts";
import type { Route } from "./routes.ts";
import type { SidecarClient } from "./sidecar-client.ts";
import { inTrace, traceOf } from "./trace.ts";

const ticks = counter(
  "schedule_ticks_total",
  "Ticks of this replica's schedules, by outcome: done, failed, or skipped (another replica ran it, or one was running).",
  ["function", "outcome"],
);

export interface ScheduleParts {
  app: AppContext;
  sidecar: SidecarClient;
  replica: string;
}

/**
 * The route that a cron binding calls. Answers 200 whatever became of the tick, since the binding does
 * nothing with a failure: retries are made here.
 */
export function scheduleRoute(each: ScheduleFunction, { app, sidecar, replica }: ScheduleParts): Route {
  const { runs, attempts = 3 } = each;
  const once = runs === "replica" ? undefined : runs.oncePerCluster;
  const lease = once
    ? new ClusterLease(sidecar, {
        store: once.stateStore,
        schedule: each.name,
        holder: replica,
        log: app.log,
      })
    : undefined;
  let running = false;

  return {
    method: "POST",
    path: `/schedules/${each.name}`,
    access: "sidecar",
    async answer({ request, response }) {
      const outcome = running
        ? "skipped"
        : await inTrace(traceOf(request.headers), () => tick(request, response));
      ticks.inc({ function: each.name, outcome });
      response.writeHead(200).end();
    },
  };

  async function tick(
    request: IncomingMessage,
    response: ServerResponse,
  ): Promise<"done" | "failed" | "skipped"> {
    running = true;
    const context = new CallContext(app, each.name, request, response);
    try {
      if (lease && once && !(await lease.acquire(once.everySeconds))) return "skipped";
      await withRetries(context);
      return "done";
    } catch (error) {
      context.log.error({ reason: String(error) }, "tick failed");
      await lease?.release();
      return "failed";
    } finally {
      running = false;
    }
  }

  async function withRetries(context: CallContext): Promise<void> {
    for (let attempt = 1; ; attempt++) {
      try {
        return await each.handle(context);
      } catch (error) {
        if (attempt >= attempts || app.stopping.aborted) throw error;
        context.log.warn({ attempt, reason: String(error) }, "tick failed, trying again");
        await pause(1_000 * 2 ** (attempt - 1), undefined, { signal: app.stopping });
      }
    }
  }
}
