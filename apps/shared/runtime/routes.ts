import type { IncomingMessage, ServerResponse } from "node:http";
import { match } from "path-to-regexp";
import { badRequest } from "./problem.ts";

/** One call of a route. */
export interface Call {
  request: IncomingMessage;
  response: ServerResponse;
  params: Record<string, string>;
  /** The query string with its question mark; empty without one. */
  search: string;
}

/** A method and path that this app answers, whatever kind of function stands behind it. */
export interface Route {
  method: string;
  /** As in path-to-regexp. */
  path: string;
  /**
   * Who may call it: anybody; anybody, and without the checks that protect people's browsers (probes and
   * metrics); the operator; the app's own sidecar.
   */
  access: "public" | "probe" | "operator" | "sidecar";
  /** Answers the call, or throws. */
  answer(call: Call): Promise<void>;
}

export interface Found {
  /** Undefined when the path is answered for other methods only: see `methods`. */
  route: Route | undefined;
  /** Of the path: an answer about its methods is for those who may call it. */
  access: Route["access"];
  /** The path's methods, for `Allow`. */
  methods: string[];
  params: Record<string, string>;
}

/**
 * The route table. Paths without parameters come first, by look-up; the others in the order given.
 * HEAD is answered as GET.
 * @returns a function that finds a path; undefined when nothing answers there.
 *   It throws HttpProblem 400 for a path with a broken % escape.
 */
export function createRoutes(routes: Route[]) {
  const fixed = new Map<string, Map<string, Route>>();
  const patterns = new Map<string, { fits: ReturnType<typeof match>; methods: Map<string, Route> }>();
  for (const route of routes) {
    const isPattern = /[:*{]/.test(route.path);
    const known = isPattern ? patterns.get(route.path)?.methods : fixed.get(route.path);
    if (known?.has(route.method)) throw new Error(`Two functions answer ${route.method} ${route.path}.`);
    if (known) known.set(route.method, route);
    else if (isPattern) {
      patterns.set(route.path, { fits: match(route.path), methods: new Map([[route.method, route]]) });
    } else fixed.set(route.path, new Map([[route.method, route]]));
  }

  return (method: string, path: string): Found | undefined => {
    const known = fixed.get(path);
    if (known) return found(known, method, {});
    for (const { fits, methods } of patterns.values()) {
      let fit: ReturnType<typeof fits>;
      try {
        fit = fits(path);
      } catch {
        throw badRequest("The path has a broken % escape.");
      }
      if (fit) return found(methods, method, fit.params as Record<string, string>);
    }
    return undefined;
  };
}

function found(methods: Map<string, Route>, method: string, params: Record<string, string>): Found {
  const allowed = [...methods.keys(), ...(methods.has("GET") ? ["HEAD"] : []), "OPTIONS"];
  const route = methods.get(method === "HEAD" ? "GET" : method);
  const access = (route ?? (methods.values().next().value as Route)).access;
  return { route, access, methods: allowed, params };
}
