import { ApiError } from "../../../apps/web/adapters/api.ts";
import { OperatorModel, tokenNeeded, tokenRejected } from "../../../apps/web/models/operator.ts";
import { memoryStorage, refusal, settle } from "./support.ts";

/** An operator and an API that accepts one token. */
function setUp(kept?: Record<string, unknown>) {
  const storage = memoryStorage(kept);
  const operator = new OperatorModel(storage);
  const tried: (string | null)[] = [];
  const action = async () => {
    tried.push(operator.token.value);
    if (operator.token.value !== "right") throw refusal();
    return "done";
  };
  return { operator, storage, tried, action };
}

describe("The operator token", () => {
  test("a refused action asks for the token, and is repeated with it", async () => {
    const { operator, storage, tried, action } = setUp();
    const result = operator.authorize(action);
    await settle();
    expect(operator.question.value).toBe(tokenNeeded);
    operator.give(" right ");
    await expect(result).resolves.toBe("done");
    expect(operator.question.value).toBeNull();
    expect(tried).toEqual([null, "right"]);
    expect(storage.kept).toEqual({ operatorToken: "right" });
  });

  test("a wrong token is asked for again, with that reason", async () => {
    const { operator, tried, action } = setUp({ operatorToken: "old" });
    const result = operator.authorize(action);
    await settle();
    expect(operator.question.value).toBe(tokenRejected);
    operator.give("wrong");
    await settle();
    expect(operator.question.value).toBe(tokenRejected);
    operator.give("right");
    await expect(result).resolves.toBe("done");
    expect(tried).toEqual(["old", "wrong", "right"]);
  });

  test("closing the dialog fails the action with the reason, and the next action asks again", async () => {
    const { operator, action } = setUp();
    const result = operator.authorize(action);
    await settle();
    operator.dismiss();
    await expect(result).rejects.toThrow(tokenNeeded);
    void operator.authorize(action).catch(() => {});
    await settle();
    expect(operator.question.value).not.toBeNull();
  });

  test("actions that are refused at the same time share one question", async () => {
    const { operator, action } = setUp();
    const results = Promise.all([operator.authorize(action), operator.authorize(action)]);
    await settle();
    operator.give("right");
    await expect(results).resolves.toEqual(["done", "done"]);
  });

  test("an empty token is no answer", async () => {
    const { operator, action } = setUp();
    void operator.authorize(action).catch(() => {});
    await settle();
    operator.give("  ");
    expect(operator.question.value).not.toBeNull();
    expect(operator.token.value).toBeNull();
  });

  test.each([
    ["another status", 403, { "www-authenticate": "Bearer", "content-type": "application/problem+json" }],
    ["the login of a proxy", 401, { "www-authenticate": "Basic realm=x", "content-type": "text/html" }],
    ["a proxy's own tokens", 401, { "www-authenticate": "Bearer", "content-type": "text/html" }],
  ])("%s asks for no token", async (_name, status, headers) => {
    const { operator } = setUp();
    const refused = async () => {
      throw new ApiError(status, "Refused.", new Headers(headers));
    };
    await expect(operator.authorize(refused)).rejects.toThrow("Refused.");
    expect(operator.question.value).toBeNull();
  });
});
