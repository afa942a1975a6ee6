import { jest } from "@jest/globals";
import type { Accepted, ValueState } from "../../../apps/shared/contracts/http.ts";
import type { Value } from "../../../apps/shared/contracts/state.ts";
import { SubmissionsModel } from "../../../apps/web/models/submissions.ts";
import { ValuesModel } from "../../../apps/web/models/values.ts";
import { busy, controlled, memoryStorage, noOperator, realTimers, settle } from "./support.ts";

function setUp(kept?: Record<string, unknown>) {
  const submit = controlled<[index: number], Accepted>();
  const read = controlled<[indexes: number[]], Value[]>();
  const values = new ValuesModel(
    {
      values: read.call,
      value: controlled<[number], ValueState>().call,
      cancel: controlled<[number], undefined>().call,
    },
    noOperator,
  );
  const storage = memoryStorage(kept);
  const submissions = new SubmissionsModel({ submit: submit.call }, values, storage);
  return { submissions, values, storage, sent: submit.calls, reads: read.calls };
}

const accepted = (index: number): Accepted => ({
  id: `id-${index}`,
  index,
  submittedAt: "2026-01-01T00:00:00.000Z",
  status: "accepted",
});

describe("Submitting indexes on the page", () => {
  beforeEach(() => {
    jest.useFakeTimers({ doNotFake: realTimers });
  });
  afterEach(() => {
    jest.useRealTimers();
  });

  test("a batch is sent five at a time, and each accepted index waits for its value", async () => {
    const { submissions, values, sent, reads } = setUp();
    submissions.type("1-7");
    void submissions.submit();
    expect(submissions.draft.value).toBe("");
    expect(sent.map((call) => call.arguments[0])).toEqual([1, 2, 3, 4, 5]);
    sent[2]!.resolve(accepted(3));
    await settle();
    expect(sent.map((call) => call.arguments[0])).toEqual([1, 2, 3, 4, 5, 6]);
    expect(values.of(3).value.status).toBe("pending");
    expect(reads[0]!.arguments[0]).toEqual([3]);
    expect(submissions.own.value.find(({ index }) => index === 3)?.submittedAt).toBe(accepted(3).submittedAt);
  });

  test("text that is no index is explained, stays in the field and sends nothing", async () => {
    const { submissions, sent } = setUp();
    submissions.type("forty");
    await submissions.submit();
    expect(submissions.problem.value).toContain("“forty” is not a whole number.");
    expect(submissions.draft.value).toBe("forty");
    expect(sent).toHaveLength(0);
    submissions.type("40");
    expect(submissions.problem.value).toBeNull();
  });

  test("rejected indexes return to the field, before anything typed meanwhile, with the reason", async () => {
    const { submissions, sent } = setUp();
    submissions.type("10-12");
    const done = submissions.submit();
    submissions.type("99");
    sent[0]!.resolve(accepted(10));
    for (const call of sent.slice(1)) call.reject(new Error("The API is unreachable."));
    await done;
    expect(submissions.draft.value).toBe("11-12, 99");
    expect(submissions.problem.value).toBe(
      "The API is unreachable. 2 of 3 indexes are back in the field. Try again.",
    );
    expect(submissions.own.value.map(({ index }) => index)).toEqual([10]);
  });

  test("a busy API is retried after the pause it asks for, four attempts in all", async () => {
    const { submissions, sent } = setUp();
    submissions.type("5");
    const done = submissions.submit();
    sent[0]!.reject(busy(503, 2));
    await settle();
    expect(submissions.notice.value).toBe("The API is busy. Retrying in 2 seconds.");
    jest.advanceTimersByTime(1_999);
    await settle();
    expect(sent).toHaveLength(1);
    jest.advanceTimersByTime(1);
    await settle();
    expect(sent).toHaveLength(2);
    // A pause of an hour is cut to ten seconds.
    sent[1]!.reject(busy(429, 3_600));
    await settle();
    jest.advanceTimersByTime(10_000);
    await settle();
    sent[2]!.reject(busy(503));
    await settle();
    jest.advanceTimersByTime(3_000);
    await settle();
    sent[3]!.reject(busy(503));
    await done;
    expect(sent).toHaveLength(4);
    expect(submissions.draft.value).toBe("5");
    expect(submissions.problem.value).toContain("The index is back in the field.");
    expect(submissions.notice.value).toBeNull();
  });

  test("a reload finds unsent indexes in the field, and reads the values of accepted ones", async () => {
    const { submissions, sent, storage } = setUp();
    submissions.type("20-22");
    void submissions.submit();
    submissions.type("5");
    sent[1]!.resolve(accepted(21));
    await settle();
    const after = setUp(storage.kept);
    expect(after.submissions.draft.value).toBe("20, 22, 5");
    expect(after.submissions.own.value.map(({ index }) => index)).toEqual([21]);
    await settle();
    expect(after.reads[0]!.arguments[0]).toEqual([21]);
    // Keys stay unique after a reload.
    void after.submissions.resubmit(21);
    expect(new Set(after.submissions.own.value.map(({ key }) => key)).size).toBe(2);
  });

  test("clearing keeps what is still being sent", async () => {
    const { submissions, sent } = setUp();
    submissions.type("1, 2");
    void submissions.submit();
    sent[0]!.resolve(accepted(1));
    await settle();
    submissions.clear();
    expect(submissions.own.value.map(({ index }) => index)).toEqual([2]);
  });
});
