import { createServer, type Server } from "node:http";
import { setTimeout as pause } from "node:timers/promises";
import type { Logger } from "pino";
import { bindingRoute } from "./binding-route.ts";
import type { RuntimeConfig } from "./config.ts";
import { limitConnections } from "./connections.ts";
import type { AppContext } from "./context.ts";
import { createDispatcher, type Middleware } from "./dispatcher.ts";
import { eventRoute, subscriptions } from "./event-route.ts";
import type { AppFunction } from "./functions.ts";
import { createGuard, securityHeaders } from "./guard.ts";
import { writeMetrics } from "./metrics.ts";
import { type ApiInfo, describeApi } from "./openapi.ts";
import { requestRoute } from "./request-route.ts";
import type { Route } from "./routes.ts";
import { scheduleRoute } from "./schedule-route.ts";
import type { SidecarClient } from "./sidecar-client.ts";

export interface ServeOptions {
  appId: string;
  config: RuntimeConfig;
  sidecar: SidecarClient;
  context: AppContext;
  functions: AppFunction[];
  /** With it, GET /openapi.json describes the request functions. */
  api?: ApiInfo;
  /** What has to be true besides the sidecar being up before requests make sense. */
  ready?: () => boolean;
  /** Express (or Connect) middleware before the functions: authentication, sessions. */
  before?: Middleware[];
  /** Express (or Connect) middleware for what no function answers: a page, an existing router. */
  after?: Middleware[];
}

export interface ServedApp {
  /**
   * Goes on answering for a moment, so that balancers see at /readyz that they have to go
   * elsewhere; then takes no more connections. Resolves when no request is in progress any
   * more. What is not done after the grace period is cut off: its event is redelivered elsewhere.
   */
  drain(): Promise<void>;
}

/**
 * Starts an app: listens first, since the sidecar waits for the app's port and then
 * asks for its subscriptions; the sidecar may come later, or come back.
 * @throws when the port cannot be listened on.
 */
export async function serve(options: ServeOptions): Promise<ServedApp> {
  const { config, context, functions, before, after } = options;
  const { log, stopping } = context;
  const dispatch = createDispatcher({
    routes: [...routesOf(options), ...probes(options)],
    guard: createGuard(config),
    log,
    ...(before ? { before } : {}),
    ...(after ? { after } : {}),
  });
  const limits = {
    maxHeaderSize: 16_384,
    requestTimeout: 60_000,
    headersTimeout: 10_000,
    // How often the time-outs are checked; by default so seldom that ten seconds may be forty.
    connectionsCheckingInterval: 2_000,
  };
  const server = createServer(limits, (request, response) => {
    // Clients that keep connections learn to open the next one elsewhere.
    if (stopping.aborted) response.setHeader("connection", "close");
    dispatch(request, response);
  });
  limitConnections(server);
  // Longer than any proxy or sidecar keeps an idle connection, so that they close first.
  server.keepAliveTimeout = 120_000;
  await listen(server, config.appPort, config.host);
  const metrics = config.metricsPort ? await serveMetrics(config.metricsPort, config.host) : undefined;
  log.info(
    { host: config.host, port: config.appPort, functions: functions.map(({ name }) => name) },
    "listening",
  );

  return {
    async drain() {
      await pause(config.noticeSeconds * 1_000);
      await close(server, config.graceSeconds * 1_000, log);
      metrics?.close();
      metrics?.closeAllConnections();
    },
  };
}

/** The routes that the app's functions declare. */
function routesOf({ appId, config, context, sidecar, functions, api }: ServeOptions): Route[] {
  const requests = functions.filter((each) => each.kind === "request");
  const events = functions.filter((each) => each.kind === "event");
  const routes = functions.map((each): Route => {
    if (each.kind === "request") return requestRoute(each, context);
    if (each.kind === "event") return eventRoute(each, { appId, sidecar, app: context });
    if (each.kind === "binding") return bindingRoute(each, context);
    return scheduleRoute(each, { app: context, sidecar, replica: config.replica });
  });
  routes.push(document("/dapr/subscribe", "sidecar", subscriptions(events)));
  if (api) routes.push(document("/openapi.json", "public", describeApi(requests, api)));
  return routes;
}

function probes({ config, sidecar, context, ready = () => true }: ServeOptions): Route[] {
  const alive = document("/healthz", "probe", { status: "alive" });
  const readyz: Route = {
    method: "GET",
    path: "/readyz",
    access: "probe",
    async answer({ response }) {
      const isReady = !context.stopping.aborted && ready() && (await sidecar.ready());
      response.writeHead(isReady ? 200 : 503, { "content-type": "application/json; charset=utf-8" });
      response.end(JSON.stringify({ status: isReady ? "ready" : "not ready" }));
    },
  };
  const metrics: Route = {
    method: "GET",
    path: "/metrics",
    access: "probe",
    async answer({ response }) {
      const { type, text } = await writeMetrics();
      response.writeHead(200, { "content-type": type }).end(text);
    },
  };
  return config.metricsPort ? [alive, readyz] : [alive, readyz, metrics];
}

/** A JSON document that never changes while the app runs. */
function document(path: string, access: Route["access"], content: unknown): Route {
  const text = JSON.stringify(content);
  return {
    method: "GET",
    path,
    access,
    async answer({ response }) {
      response
        .writeHead(200, { ...securityHeaders, "content-type": "application/json; charset=utf-8" })
        .end(text);
    },
  };
}

/** A listener of its own for Prometheus: what is published of the app's port publishes no metrics. */
async function serveMetrics(port: number, host: string): Promise<Server> {
  const server = createServer(async (request, response) => {
    if (request.url !== "/metrics") return void response.writeHead(404).end();
    const { type, text } = await writeMetrics();
    response.writeHead(200, { "content-type": type }).end(text);
  });
  server.maxConnections = 100;
  await listen(server, port, host);
  return server;
}

function listen(server: Server, port: number, host: string): Promise<void> {
  return new Promise((resolve, reject) => {
    server.once("error", reject);
    // Without a host Node listens on "::", or on 0.0.0.0 where the system has no IPv6.
    server.listen({ port, ...(host === "::" ? {} : { host }) }, () => resolve());
  });
}

async function close(server: Server, milliseconds: number, log: Logger): Promise<void> {
  const closed = new Promise<void>((resolve) => server.close(() => resolve()));
  server.closeIdleConnections();
  const idle = setInterval(() => server.closeIdleConnections(), 50);
  const cut = setTimeout(() => {
    log.warn("grace period is over, cutting off requests in progress");
    server.closeAllConnections();
  }, milliseconds);
  await closed;
  clearInterval(idle);
  clearTimeout(cut);
}
