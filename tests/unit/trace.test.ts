import { GroupCommit } from "../../apps/shared/runtime/group-commit.ts";
import { currentTrace, inTrace, keepTrace, traceId } from "../../apps/shared/runtime/trace.ts";

const trace = (number: number) => `00-${String(number).padStart(32, "0")}-00f067aa0ba902b7-01`;

test("Work belongs to the trace that it began in, however long it waits", async () => {
  const seen = await Promise.all(
    [1, 2].map((number) =>
      inTrace(trace(number), async () => {
        await new Promise((resolve) => setImmediate(resolve));
        return currentTrace();
      }),
    ),
  );
  expect(seen).toEqual([trace(1), trace(2)]);
  expect(currentTrace()).toBeUndefined();
});

test("A callback that is kept for later belongs to the trace of its making", () => {
  let tell = () => {};
  const seen: (string | undefined)[] = [];
  inTrace(trace(3), () => {
    tell = keepTrace(() => seen.push(currentTrace()));
  });
  inTrace(trace(4), tell);
  expect(seen).toEqual([trace(3)]);
});

test("A group commit carries on the first trace of its group, and never that of the group before", async () => {
  const seen: (string | undefined)[] = [];
  const commit = new GroupCommit<number>(async () => {
    seen.push(currentTrace());
    await new Promise((resolve) => setImmediate(resolve));
  }, 10);
  const first = inTrace(trace(1), () => commit.add(1));
  await new Promise((resolve) => setImmediate(resolve));
  const second = [
    commit.add(2),
    inTrace(trace(3), () => commit.add(3)),
    inTrace(trace(4), () => commit.add(4)),
  ];
  await Promise.all([first, ...second]);
  await commit.add(5);
  expect(seen).toEqual([trace(1), trace(3), undefined]);
});

test("The trace id is the second part of a traceparent; zeros are none", () => {
  expect(traceId(trace(7))).toBe("00000000000000000000000000000007");
  expect(traceId(`00-${"0".repeat(32)}-${"0".repeat(16)}-00`)).toBeUndefined();
  expect(traceId(undefined)).toBeUndefined();
});
