import type { IncomingMessage } from "node:http";
import { createGuard } from "../../../apps/shared/runtime/guard.ts";
import type { Route } from "../../../apps/shared/runtime/routes.ts";

interface Attempt {
  access?: Route["access"];
  method?: string;
  headers?: Record<string, string>;
  appApiToken?: string;
  operatorToken?: string;
  allowedHosts?: string[];
}

/** The status that the guard refuses with; 0 when it lets the request pass. */
function refusal({ access = "public", method = "POST", headers = {}, ...config }: Attempt): number {
  const guard = createGuard({
    appApiToken: undefined,
    operatorToken: undefined,
    allowedHosts: ["localhost"],
    ...config,
  });
  try {
    guard.check(access, {
      method,
      headers: { host: "localhost:3000", ...headers },
    } as unknown as IncomingMessage);
    return 0;
  } catch (error) {
    return (error as { status: number }).status;
  }
}

describe("Routes for the sidecar only", () => {
  const check = (appApiToken: string | undefined, headers: Record<string, string>) =>
    refusal({ access: "sidecar", headers, ...(appApiToken ? { appApiToken } : {}) });

  test.each<[string, string | undefined, Record<string, string>, number]>([
    ["let a delivery pass where no token is set", undefined, {}, 0],
    ["let a delivery with the token pass", "secret", { "dapr-api-token": "secret" }, 0],
    ["refuse a caller without a token", "secret", {}, 403],
    ["refuse a caller with a wrong token", "secret", { "dapr-api-token": "public" }, 403],
    ["refuse a caller with a longer token", "secret", { "dapr-api-token": "secretsecret" }, 403],
    ["refuse service invocation", undefined, { "dapr-caller-app-id": "somebody" }, 403],
    [
      "refuse service invocation with the token",
      "secret",
      { "dapr-api-token": "secret", "dapr-caller-app-id": "somebody" },
      403,
    ],
  ])("%s", (_name, token, headers, expected) => {
    expect(check(token, headers)).toBe(expected);
  });
});

describe("A request that changes something", () => {
  test.each<[string, Record<string, string>, number]>([
    ["passes from a program, which names no site", {}, 0],
    ["passes from our own page", { "sec-fetch-site": "same-origin", origin: "http://localhost:3000" }, 0],
    ["passes from the address bar", { "sec-fetch-site": "none" }, 0],
    ["is refused from another site", { "sec-fetch-site": "cross-site", origin: "https://evil.example" }, 403],
    ["is refused from another port of this host", { "sec-fetch-site": "same-site" }, 403],
    ["is refused from another origin in an older browser", { origin: "https://evil.example" }, 403],
    ["is refused from a sandboxed frame", { origin: "null" }, 403],
    ["passes from our own page in an older browser", { origin: "http://localhost:3000" }, 0],
    [
      "passes from our own page behind a proxy that changes Host",
      { host: "api:3000", origin: "https://fib.example", "x-forwarded-host": "fib.example" },
      0,
    ],
  ])("%s", (_name, headers, expected) => {
    expect(refusal({ headers, allowedHosts: ["localhost", "api"] })).toBe(expected);
  });

  test("that only reads is answered to any site: browsers keep the answer from its page", () => {
    expect(refusal({ method: "GET", headers: { "sec-fetch-site": "cross-site" } })).toBe(0);
  });
});

describe("The host of a request", () => {
  test.each<[string, string[], string, number]>([
    ["is one of ours", ["localhost"], "localhost:3000", 0],
    ["is one below a name of ours", ["*.example.org"], "fib.example.org", 0],
    ["is an address, to which no name can be rebound", ["localhost"], "10.240.0.4:80", 0],
    ["is an IPv6 address", ["localhost"], "[::1]:3000", 0],
    ["is not a name that an attacker points at this machine", ["localhost"], "evil.example:3000", 421],
    ["is not a name that only ends like ours", ["*.example.org"], "badexample.org", 421],
    ["is anything where the operator says so", ["*"], "whatever", 0],
  ])("%s", (_name, allowedHosts, host, expected) => {
    expect(refusal({ method: "GET", headers: { host }, allowedHosts })).toBe(expected);
  });

  test("does not matter to probes", () => {
    expect(refusal({ access: "probe", method: "GET", headers: { host: "evil.example" } })).toBe(0);
  });
});

describe("An operator route", () => {
  test.each<[string, string | undefined, Record<string, string>, number]>([
    ["is open where no token is set", undefined, {}, 0],
    ["needs the token where one is set", "secret", {}, 401],
    ["refuses a wrong token", "secret", { authorization: "Bearer public" }, 401],
    ["takes the token", "secret", { authorization: "Bearer secret" }, 0],
  ])("%s", (_name, operatorToken, headers, expected) => {
    expect(refusal({ access: "operator", headers, ...(operatorToken ? { operatorToken } : {}) })).toBe(
      expected,
    );
  });
});
