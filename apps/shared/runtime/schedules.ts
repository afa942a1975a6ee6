import { Router } from "express";
import type { Logger } from "pino";
import { CallContext } from "./context.ts";
import type { ScheduleFunction } from "./functions.ts";

/**
 * The routes that the sidecar's cron bindings call. A tick always answers 200:
 * what it did not do, the next one does.
 */
export function scheduleRoutes(functions: ScheduleFunction[], log: Logger, stopping: AbortSignal): Router {
  const router = Router();
  for (const each of functions) {
    let running = false;
    router.post(`/schedules/${each.name}`, async (request, response) => {
      if (!running) {
        running = true;
        const context = new CallContext({ log, stopping }, each.name, request, response);
        try {
          await each.handle(context);
        } catch (error) {
          context.log.warn({ reason: String(error) }, "a tick failed, the next will do its work");
        } finally {
          running = false;
        }
      }
      response.status(200).end();
    });
  }
  return router;
}
