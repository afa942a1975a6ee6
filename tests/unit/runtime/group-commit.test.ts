import { GroupCommit } from "../../../apps/shared/runtime/group-commit.ts";

/** A commit that ends when the test says so. */
function manual() {
  const groups: { items: number[]; done: () => void; fail: (error: Error) => void }[] = [];
  const commit = (items: number[]) =>
    new Promise<void>((done, fail) => {
      groups.push({ items, done, fail });
    });
  return { groups, commit };
}
const turn = () => new Promise((resolve) => setImmediate(resolve));

describe("Group commit", () => {
  test("sends an item alone at once, and joins what comes while a call is under way", async () => {
    const { groups, commit } = manual();
    const group = new GroupCommit<number>(commit, 10);
    const first = group.add(1);
    await turn();
    const others = [group.add(2), group.add(3)];
    await turn();
    expect(groups.map(({ items }) => items)).toEqual([[1]]);
    groups[0]!.done();
    await first;
    await turn();
    await turn();
    expect(groups.map(({ items }) => items)).toEqual([[1], [2, 3]]);
    groups[1]!.done();
    await Promise.all(others);
    expect(group.waiting).toBe(0);
  });

  test("fails every item of a group that failed, and no other", async () => {
    const { groups, commit } = manual();
    const group = new GroupCommit<number>(commit, 2);
    const added = [1, 2, 3].map((item) => group.add(item));
    const outcomes = Promise.allSettled(added);
    await turn();
    groups[0]!.fail(new Error("away"));
    await turn();
    await turn();
    groups[1]!.done();
    expect((await outcomes).map(({ status }) => status)).toEqual(["rejected", "rejected", "fulfilled"]);
  });

  test("never makes a group larger than allowed, nor two calls at once", async () => {
    let running = 0;
    let most = 0;
    const sizes: number[] = [];
    const group = new GroupCommit<number>(async (items) => {
      running += 1;
      most = Math.max(most, running);
      sizes.push(items.length);
      await turn();
      running -= 1;
    }, 7);
    await Promise.all(Array.from({ length: 100 }, (_, item) => group.add(item)));
    expect(Math.max(...sizes)).toBeLessThanOrEqual(7);
    expect(sizes.reduce((sum, size) => sum + size)).toBe(100);
    expect(most).toBe(1);
  });

  test("that lingers joins an item alone with what comes soon after it", async () => {
    const { groups, commit } = manual();
    const group = new GroupCommit<number>(commit, 10, 5);
    const first = group.add(1);
    await turn();
    expect(groups).toEqual([]);
    const second = group.add(2);
    while (groups.length === 0) await turn();
    expect(groups.map(({ items }) => items)).toEqual([[1, 2]]);
    groups[0]!.done();
    await Promise.all([first, second]);
  });
});
