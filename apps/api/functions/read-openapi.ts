import { onRequest } from "../../shared/runtime/functions.ts";
import { describeApi } from "../openapi.ts";

/** `GET /openapi.json`: the HTTP API, described for programs. */
export const readOpenapi = (upperLimit: number) => {
  const description = describeApi(upperLimit);
  return onRequest({
    name: "read-openapi",
    method: "GET",
    path: "/openapi.json",
    handle: () => ({ headers: { "cache-control": "public, max-age=3600" }, body: description }),
  });
};
