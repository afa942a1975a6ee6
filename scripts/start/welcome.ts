import type { Ports } from "./ports-from.ts";

/** What is printed when everything is up. */
export function welcome({ api, caller }: Ports): string {
  const invoke = `http://localhost:${caller.daprHTTPPort}/v1.0/invoke/api/method`;
  return `
Everything is up.
  Page    http://localhost:${api.appPort}
  Invoke  ${invoke}/values

Try it:
  curl -X POST ${invoke}/values -H 'content-type: application/json' -d '{"index": 40}'
  curl ${invoke}/values/40

Ctrl-C stops everything; what was entered stays for the next start.`;
}
