import { type PublicConfig as Config, PublicConfig } from "../../shared/contracts/http.ts";
import { json } from "../../shared/runtime/answers.ts";
import { onRequest } from "../../shared/runtime/functions.ts";
import type { Api } from "../api.ts";

/** `GET /config`: what the page has to know before its first request. */
export default ({ upperLimit }: Api) =>
  onRequest({
    name: "read-config",
    method: "GET",
    path: "/config",
    summary: "Settings that a page needs before its first request.",
    answers: { 200: json("Settings.", PublicConfig) },
    handle: () => ({ body: { upperLimit } satisfies Config }),
  });
