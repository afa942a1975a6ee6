import type { Request, Response } from "express";
import { sidecarOnly } from "../../../apps/shared/runtime/guard.ts";

function passes(token: string | undefined, headers: Record<string, string>): boolean {
  let passed = false;
  try {
    sidecarOnly(token)({ headers } as unknown as Request, {} as Response, () => {
      passed = true;
    });
  } catch (error) {
    expect(error).toMatchObject({ status: 403 });
  }
  return passed;
}

describe("Routes for the sidecar only", () => {
  test.each<[string, string | undefined, Record<string, string>, boolean]>([
    ["a delivery, where no token is set", undefined, {}, true],
    ["a delivery with the token", "secret", { "dapr-api-token": "secret" }, true],
    ["a stranger without a token", "secret", {}, false],
    ["a stranger with a wrong token", "secret", { "dapr-api-token": "public" }, false],
    ["a stranger with a longer token", "secret", { "dapr-api-token": "secretsecret" }, false],
    ["service invocation", undefined, { "dapr-caller-app-id": "somebody" }, false],
    [
      "service invocation with the token",
      "secret",
      { "dapr-api-token": "secret", "dapr-caller-app-id": "somebody" },
      false,
    ],
  ])("%s", (_name, token, headers, expected) => {
    expect(passes(token, headers)).toBe(expected);
  });
});
