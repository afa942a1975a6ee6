import { type System, startSystem } from "../../scripts/local/system.ts";
import { waitFor } from "../../scripts/local/wait-for.ts";
import { get, post } from "../support/client.ts";

describe.each(["", "/api"])("The workshop's routes, below %p", (prefix) => {
  let system: System;
  let url: string;

  beforeAll(async () => {
    system = await startSystem({ env: { api: { UPPERLIMIT: "90" }, calculator: { UPPERLIMIT: "90" } } });
    url = `${system.apiUrl}${prefix}`;
  }, 600_000);
  afterAll(() => system?.stop(), 60_000);

  test("POST /values takes a number, and a number in a string", async () => {
    for (const index of [7, "8"]) expect((await post(`${url}/values`, { index })).status).toBe(202);
  });

  test("POST /values above UPPERLIMIT is 422, Index too high", async () => {
    const answer = await post(`${url}/values`, { index: "91" });
    expect(answer.status).toBe(422);
    expect(answer.body.title).toBe("Index too high");
  });

  test("GET /values/all gives rows with a number, repeats too", async () => {
    await post(`${url}/values`, { index: 7 });
    const rows = await waitFor("three rows", async () => {
      const { body } = await get(`${url}/values/all`);
      return body.length === 3 ? body : undefined;
    });
    expect(rows.map(({ number }: { number: number }) => number)).toEqual([7, 8, 7]);
  });

  test("GET /values/current maps each index to its value in the standard sequence", async () => {
    for (const index of [0, 1, 2, 90]) await post(`${url}/values`, { index });
    const values = await waitFor("all values", async () => {
      const { body } = await get(`${url}/values/current`);
      return Object.keys(body).length === 6 && !Object.values(body).includes("Nothing yet!")
        ? body
        : undefined;
    });
    expect(values).toEqual({ 0: "0", 1: "1", 2: "1", 7: "13", 8: "21", 90: "2880067194370816120" });
  });
});

describe("While no calculator runs", () => {
  let system: System;
  beforeAll(async () => {
    system = await startSystem({ replicas: { calculator: 0 } });
  }, 600_000);
  afterAll(() => system?.stop(), 60_000);

  test("GET /values/current says Nothing yet!, GET /values/:index says pending, and the value comes with the calculator", async () => {
    const { apiUrl } = system;
    await post(`${apiUrl}/values`, { index: 12 });
    await waitFor("the entry", async () => (await get(`${apiUrl}/values/all`)).body.length === 1);
    expect((await get(`${apiUrl}/values/current`)).body).toEqual({ 12: "Nothing yet!" });
    const pending = await get(`${apiUrl}/values/12`);
    expect([pending.status, pending.body]).toEqual([202, { status: "pending", index: 12 }]);
    await system.add("calculator");
    await waitFor("the value", async () => (await get(`${apiUrl}/values/12`)).body.value === "144");
  }, 60_000);
});
