import { jest } from "@jest/globals";
import { signal } from "@preact/signals";
import type { SystemState, ValueState } from "../../../apps/shared/contracts/http.ts";
import type { Value } from "../../../apps/shared/contracts/state.ts";
import { FlowModel } from "../../../apps/web/models/flow.ts";
import { introduction, storyText } from "../../../apps/web/models/storyText.ts";
import type { OwnSubmission } from "../../../apps/web/models/submissions.ts";
import { ValuesModel } from "../../../apps/web/models/values.ts";
import { controlled, noOperator, sampleValue } from "./support.ts";

const submittedAt = "2026-01-01T12:00:00.000Z";

function setUp(before: OwnSubmission[] = []) {
  const own = signal<OwnSubmission[]>(before);
  const values = new ValuesModel(
    {
      values: controlled<[number[]], Value[]>().call,
      value: controlled<[number], ValueState>().call,
      cancel: controlled<[number], undefined>().call,
    },
    noOperator,
  );
  const view = signal<Partial<SystemState> | null>(null);
  const flow = new FlowModel({ own }, values, { view });
  return {
    flow,
    values,
    view,
    send(...indexes: number[]) {
      const first = own.peek().length + 1;
      own.value = [
        ...indexes.map((index, i) => ({ key: first + i, index, submittedAt: null })),
        ...own.peek(),
      ];
    },
    accept(index: number) {
      own.value = own
        .peek()
        .map((one) => (one.index === index ? { ...one, id: `id-${index}`, submittedAt } : one));
    },
    reject(index: number) {
      own.value = own.peek().filter((one) => one.index !== index);
    },
    calculate(index: number, calculatedAt = "2026-01-01T12:00:00.005Z") {
      const value = sampleValue(index, { calculatedAt, milliseconds: 0.3 });
      values.calculated([value]);
      flow.calculated({ values: [value] });
    },
    record(index: number) {
      flow.recorded({ entries: [{ id: `id-${index}`, number: index, submittedAt }] });
    },
    text: () =>
      storyText(
        flow.story.value,
        flow.story.value ? values.of(flow.story.value.index).value : { status: "unknown" },
      ),
    paths: () => flow.moves.value.map(({ path }) => path.join(" ")),
  };
}

describe("The live diagram", () => {
  beforeEach(() => {
    jest.useFakeTimers();
  });
  afterEach(() => {
    jest.useRealTimers();
  });

  test("a submission moves station by station, each move caused by what the page received", () => {
    const page = setUp();
    expect(page.text()).toBe(introduction);
    expect(page.paths()).toEqual([]);
    page.send(40);
    expect(page.paths()).toEqual(["page api"]);
    expect(page.text()).toBe("F(40) is on its way to the API.");
    jest.advanceTimersByTime(4);
    page.accept(40);
    expect(page.paths()).toEqual(["page api", "api redis"]);
    expect(page.text()).toBe("F(40) was accepted after 4 ms. It waits in Redis for a calculator.");
    jest.advanceTimersByTime(5);
    page.calculate(40);
    expect(page.paths().slice(2)).toEqual(["redis calculator:calculator-0 redis api page"]);
    jest.advanceTimersByTime(3);
    page.record(40);
    expect(page.paths().slice(3)).toEqual(["redis api postgres"]);
    expect(page.text()).toBe(
      "F(40) was accepted after 4 ms. Recorded in Postgres after 12 ms. " +
        "calculator-0 calculated it in 0.3 ms; the value was here after 9 ms.",
    );
    jest.runAllTimers();
    expect(page.paths()).toEqual([]);
  });

  test("events that overtake the response to the submission are not lost to its story", () => {
    const page = setUp();
    page.send(40);
    jest.advanceTimersByTime(3);
    page.record(40);
    jest.advanceTimersByTime(1);
    page.calculate(40);
    jest.advanceTimersByTime(5);
    page.accept(40);
    expect(page.text()).toBe(
      "F(40) was accepted after 9 ms. Recorded in Postgres after 3 ms. " +
        "calculator-0 calculated it in 0.3 ms; the value was here after 4 ms.",
    );
  });

  test("a value that was calculated before comes from the API, and no calculator is shown to work", () => {
    const page = setUp();
    page.send(40);
    page.accept(40);
    jest.advanceTimersByTime(6);
    page.values.calculated([sampleValue(40, { calculatedAt: "2025-12-31T00:00:00.000Z" })]);
    expect(page.paths()).toEqual(["page api", "api redis", "api page"]);
    expect(page.text()).toBe(
      "F(40) was accepted after 0 ms. calculator-0 had calculated it before; the value was here after 6 ms.",
    );
  });

  test("a value that the page had already moves nothing", () => {
    const page = setUp();
    page.values.calculated([sampleValue(40, { calculatedAt: "2025-12-31T00:00:00.000Z" })]);
    page.send(40);
    page.accept(40);
    expect(page.paths()).toEqual(["page api", "api redis"]);
    expect(page.text()).toContain("this page had the value already.");
  });

  test("progress moves an entry to its calculator once, and the story follows a takeover", () => {
    const page = setUp();
    const progress = (calculatedBy: string, fraction: number) => {
      const event = { index: 9, fraction, calculatedBy };
      page.values.progress(event);
      page.flow.progress(event);
    };
    page.send(9);
    page.accept(9);
    progress("calculator-0", 0.1);
    progress("calculator-0", 0.2);
    expect(page.paths().slice(2)).toEqual(["redis calculator:calculator-0"]);
    progress("calculator-1", 0.05);
    expect(page.text()).toBe(
      "F(9) was accepted after 0 ms. calculator-1 took it over: calculator-0 stopped reporting. " +
        "calculator-1 is calculating, 5 %.",
    );
    page.calculate(9);
    expect(page.flow.calculators.value.map(({ state }) => state)).toEqual(["idle", "idle"]);
  });

  test("what other pages enter is shown as it is recorded and calculated", () => {
    const page = setUp();
    page.record(7);
    page.calculate(7);
    expect(page.paths()).toEqual(["redis api postgres", "redis calculator:calculator-0 redis api page"]);
    expect(page.text()).toBe(introduction);
  });

  test("the story is that of the first index of the newest batch", () => {
    const page = setUp();
    page.send(1, 2, 3);
    expect(page.flow.moves.value.map(({ amount }) => amount)).toEqual([3]);
    page.accept(2);
    expect(page.text()).toBe("F(1) is on its way to the API.");
    page.reject(1);
    expect(page.text()).toBe("F(1) was not accepted.");
    expect(page.paths()).toEqual(["page api", "api redis"]);
  });

  test("submissions from before a reload move nothing", () => {
    const page = setUp([{ key: 5, index: 40, submittedAt }]);
    expect(page.paths()).toEqual([]);
    expect(page.text()).toBe(introduction);
  });

  test("a cancelled submission says so", () => {
    const page = setUp();
    page.send(9);
    page.accept(9);
    page.values.cancelled(9);
    expect(page.text()).toBe("F(9) was accepted after 0 ms. Cancelled.");
  });

  test("each report on the system brings its replicas", () => {
    const page = setUp();
    page.view.value = { replica: "api-0", startedAt: submittedAt };
    expect(page.flow.apis.value.map(({ replica }) => replica)).toEqual(["api-0"]);
  });
});
