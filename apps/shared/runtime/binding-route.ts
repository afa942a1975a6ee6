import { type AppContext, CallContext } from "./context.ts";
import type { AnyBindingFunction } from "./functions.ts";
import { badRequest } from "./problem.ts";
import { readJson } from "./read-json.ts";
import type { Route } from "./routes.ts";
import { inTrace, traceOf } from "./trace.ts";

/** As much as the sidecar sends. */
const bodyLimit = 4 * 1024 * 1024;

/** The route that an input binding calls. A 2xx acknowledges; anything else is the binding's to repeat or not. */
export function bindingRoute(each: AnyBindingFunction, app: AppContext): Route {
  return {
    method: "POST",
    path: `/bindings/${each.name}`,
    access: "sidecar",
    async answer({ request, response }) {
      const data = each.data.safeParse(await readJson(request, bodyLimit));
      if (!data.success) throw badRequest(data.error.issues.map(({ message }) => message).join("; "));
      const context = new CallContext(app, each.name, request, response);
      await inTrace(traceOf(request.headers), () => each.handle(data.data, context));
      response.writeHead(200).end();
    },
  };
}
