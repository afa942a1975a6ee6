import { createServer, type Server } from "node:http";
import { setTimeout as pause } from "node:timers/promises";
import express, { type NextFunction, type Request, type Response } from "express";
import type { Logger } from "pino";
import type { AppConfig } from "./config.ts";
import { deliveryHandler, subscriptions } from "./events.ts";
import type { AppFunction, EventFunction, RequestFunction, ScheduleFunction } from "./functions.ts";
import { sidecarOnly } from "./guard.ts";
import { writeMetrics } from "./metrics.ts";
import { notFound } from "./problem.ts";
import { answerProblem } from "./problem-answer.ts";
import { requestHandler } from "./requests.ts";
import { scheduleRoutes } from "./schedules.ts";
import type { Sidecar } from "./sidecar.ts";

export interface ServeOptions {
  appId: string;
  config: AppConfig;
  log: Logger;
  sidecar: Sidecar;
  functions: AppFunction[];
  /** Aborted when the app begins to stop: it is not ready from then on, and streams end. */
  stopping: AbortSignal;
  /** What has to be true besides the sidecar being up before requests make sense. */
  ready?: () => boolean;
  /** A folder with a page, served at /. */
  page?: string;
}

export interface ServedApp {
  /**
   * Goes on answering for a moment, so that balancers see at /readyz that they have to go
   * elsewhere; then takes no more connections. Resolves when no request is under way any
   * more. What is not done after the grace period is cut off: its event comes again elsewhere.
   */
  drain(): Promise<void>;
}

/**
 * Starts an app: listens first, since the sidecar waits for the app's port and then
 * asks for its subscriptions; the sidecar may come later, or come back.
 * @throws when the port cannot be listened on.
 */
export async function serve(options: ServeOptions): Promise<ServedApp> {
  const { appId, config, log, sidecar, functions, stopping } = options;
  const kind = <Kind>(name: AppFunction["kind"]) => functions.filter((each) => each.kind === name) as Kind[];
  const events = kind<EventFunction>("event");

  const app = express();
  app.disable("x-powered-by").disable("etag").set("query parser", "simple");

  app.get("/healthz", (_request, response) => void response.json({ status: "alive" }));
  app.get("/readyz", async (_request, response) => {
    const ready = !stopping.aborted && (options.ready?.() ?? true) && (await sidecar.ready());
    response.status(ready ? 200 : 503).json({ status: ready ? "ready" : "not ready" });
  });

  app.get("/metrics", async (_request, response) => {
    const { type, text } = await writeMetrics();
    response.set("content-type", type).end(text);
  });

  app.use(["/dapr", "/subscriptions", "/schedules"], sidecarOnly(config.appApiToken));
  app.get("/dapr/subscribe", (_request, response) => void response.json(subscriptions(events)));
  app.use(scheduleRoutes(kind<ScheduleFunction>("schedule"), log, stopping));

  if (options.page) app.use(pageRoutes(options.page));
  app.use((request) => {
    throw notFound(`There is nothing at ${request.method} ${request.path}.`);
  });
  app.use((error: unknown, request: Request, response: Response, _next: NextFunction) =>
    answerProblem(log, error, request, response),
  );

  const answered = requestHandler(kind<RequestFunction>("request"), log, stopping);
  const { appApiToken } = config;
  const delivered = deliveryHandler(events, { appId, sidecar, log, stopping, appApiToken });
  const limits = {
    maxHeaderSize: 16_384,
    requestTimeout: 60_000,
    headersTimeout: 10_000,
    // How often the time-outs are looked after; by default so seldom that ten seconds may be forty.
    connectionsCheckingInterval: 2_000,
  };
  const server = createServer(limits, (request, response) => {
    // Clients that keep connections learn to open the next one elsewhere.
    if (stopping.aborted) response.setHeader("connection", "close");
    if (!answered(request, response) && !delivered(request, response)) app(request, response);
  });
  server.maxConnections = 4_096;
  // Longer than any proxy or sidecar keeps an idle connection, so that they close first.
  server.keepAliveTimeout = 120_000;
  await listen(server, config);
  log.info(
    { host: config.host, port: config.appPort, functions: functions.map(({ name }) => name) },
    "listening",
  );

  return {
    async drain() {
      await pause(config.noticeSeconds * 1_000);
      const closed = new Promise<void>((resolve) => server.close(() => resolve()));
      server.closeIdleConnections();
      const idle = setInterval(() => server.closeIdleConnections(), 50);
      const cut = setTimeout(() => {
        log.warn("the grace period is over, cutting off what is left");
        server.closeAllConnections();
      }, config.graceSeconds * 1_000);
      await closed;
      clearInterval(idle);
      clearTimeout(cut);
    },
  };
}

function listen(server: Server, { host, appPort }: Pick<AppConfig, "host" | "appPort">): Promise<void> {
  return new Promise((resolve, reject) => {
    server.once("error", reject);
    // Without a host Node listens on "::", or on 0.0.0.0 where the system has no IPv6.
    server.listen({ port: appPort, ...(host === "::" ? {} : { host }) }, () => resolve());
  });
}

function pageRoutes(folder: string) {
  const policy =
    "default-src 'self'; img-src 'self' data:; base-uri 'none'; form-action 'self'; frame-ancestors 'none'";
  return express.static(folder, {
    setHeaders(response, path) {
      response.setHeader("content-security-policy", policy);
      response.setHeader("x-content-type-options", "nosniff");
      response.setHeader("referrer-policy", "no-referrer");
      // Scripts and styles carry a hash of their content in their names; the page itself does not.
      const lasting = /-[A-Z0-9]{8}\.(js|css)$/.test(path);
      response.setHeader("cache-control", lasting ? "public, max-age=31536000, immutable" : "no-cache");
    },
  });
}
