import type { Api } from "../../../apps/api/api.ts";
import readDigits from "../../../apps/api/functions/read-digits.ts";
import { openValues } from "../../../apps/api/values.ts";
import { chunkDigits } from "../../../apps/shared/contracts/digits.ts";
import { components } from "../../../apps/shared/contracts/names.ts";
import { chunkKey, type Value, valueKey } from "../../../apps/shared/contracts/state.ts";
import type { Reply } from "../../../apps/shared/runtime/functions.ts";
import { eventContext, request, text } from "../../support/contexts.ts";
import { MemorySidecar } from "../../support/memory-sidecar.ts";

const value = (index: number, digits: string): Value => ({
  index,
  digitCount: digits.length,
  digits: digits.length,
  value: digits,
  calculatedAt: "",
  calculatedBy: "",
  milliseconds: 0,
});

/** Two stores behind one sidecar: the replica lags behind the master. */
class LaggingSidecar extends MemorySidecar {
  readonly asked: string[] = [];
  readonly replica = new MemorySidecar();
  override getState<Item>(component: string, keys: string[]) {
    this.asked.push(component);
    return component === components.stateReplica
      ? this.replica.getState<Item>(component, keys)
      : super.getState<Item>(component, keys);
  }
}

const put = (sidecar: MemorySidecar, key: string, item: object) =>
  sidecar.state.set(key, { value: item, version: 1, firstWrite: true });

describe("Values are read", () => {
  test("from memory, without asking anyone, once they were seen", async () => {
    const sidecar = new LaggingSidecar();
    const values = openValues(sidecar);
    values.remember([value(7, "13")]);
    expect((await values.get([7])).get(7)?.value).toBe("13");
    expect(sidecar.asked).toEqual([]);
    expect(values.reads).toEqual({ memory: 1, replica: 0, master: 0 });
  });

  test("from a replica, and from the master what the replica does not have yet", async () => {
    const sidecar = new LaggingSidecar();
    put(sidecar.replica, valueKey(7), value(7, "13"));
    put(sidecar, valueKey(8), value(8, "21"));
    const values = openValues(sidecar);
    expect([...(await values.get([7, 8, 9])).keys()]).toEqual([7, 8]);
    expect(values.reads).toEqual({ memory: 0, replica: 1, master: 1 });
  });

  test("from the master while the replicas are down", async () => {
    const sidecar = new LaggingSidecar();
    sidecar.replica.broken.add("getState");
    put(sidecar, valueKey(8), value(8, "21"));
    expect((await openValues(sidecar).get([8])).size).toBe(1);
  });

  test("not at all while the master is down: 503, not an empty answer", async () => {
    const sidecar = new LaggingSidecar();
    sidecar.broken.add("getState");
    await expect(openValues(sidecar).get([8])).rejects.toMatchObject({ status: 503 });
  });
});

describe("Digits", () => {
  const long = `${"7".repeat(chunkDigits)}42`;

  async function read(range?: string, query: { download?: string } = {}): Promise<Reply> {
    const sidecar = new LaggingSidecar();
    const { value: _, ...summary } = value(9, long);
    put(sidecar, valueKey(9), summary);
    put(sidecar, chunkKey(9, 0), { digits: long.slice(0, chunkDigits) });
    put(sidecar, chunkKey(9, 1), { digits: long.slice(chunkDigits) });
    const headers = range === undefined ? {} : { range };
    return readDigits({ values: openValues(sidecar), upperLimit: 1_000 } as unknown as Api).handle(
      request({ params: { index: 9 }, headers, query }),
      eventContext().context,
    );
  }

  test("come whole, chunk after chunk", async () => {
    const reply = await read();
    expect(reply.status).toBe(200);
    expect(reply.headers).toMatchObject({ "content-length": String(long.length) });
    expect((await text(reply.body)) === long).toBe(true);
  });

  test.each([
    ["bytes=0-4", "77777"],
    [`bytes=${chunkDigits - 2}-${chunkDigits + 1}`, "7742"],
    ["bytes=-3", "742"],
    [`bytes=${chunkDigits}-`, "42"],
  ])("come in the range that is asked for: %s", async (range, digits) => {
    const reply = await read(range);
    expect(reply.status).toBe(206);
    expect(await text(reply.body)).toBe(digits);
  });

  test("beyond the end are 416", async () => {
    await expect(read("bytes=9999999-")).rejects.toMatchObject({ status: 416 });
  });

  test("come whole when the range makes no sense", async () => {
    expect((await read("lines=1-2")).status).toBe(200);
  });

  test("are a file when they are downloaded", async () => {
    expect((await read(undefined, { download: "" })).headers).toMatchObject({
      "content-disposition": 'attachment; filename="fibonacci-9.txt"',
    });
  });
});
