import type { PublicConfig } from "../../shared/contracts/http.ts";
import { onRequest } from "../../shared/runtime/functions.ts";

/** `GET /config`: what the page has to know before it asks. */
export const readConfig = (config: PublicConfig) =>
  onRequest({
    name: "read-config",
    method: "GET",
    path: "/config",
    handle: () => ({ body: { upperLimit: config.upperLimit } }),
  });
