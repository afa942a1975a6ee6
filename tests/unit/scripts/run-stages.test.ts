import { runStages, type Step } from "../../../scripts/test/run-stages.ts";
import { table } from "../../../scripts/test/table.ts";

let log: string[];

beforeEach(() => {
  log = [];
});

test("lanes run side by side, and a stage begins after the one before it", async () => {
  let release = () => {};
  const waiting = new Promise<void>((resolve) => {
    release = resolve;
  });
  const summary = await runStages(
    [[[step("slow", () => waiting)], [step("quick", async () => release())]], [[step("later")]]],
    () => {},
  );
  // "slow" only ends because "quick" runs meanwhile.
  expect(log.slice(0, 2)).toEqual(["slow begins", "quick begins"]);
  expect(log.slice(4)).toEqual(["later begins", "later ends"]);
  expect(summary.counts.toString()).toBe("0 passed, 0 failed");
});

test("after a failure nothing more starts, what runs beside it ends, and all of it is reported", async () => {
  const said: string[] = [];
  const failing = step("bad", () => Promise.reject(new Error("no such file")));
  const summary = await runStages(
    [[[failing, step("after")], [step("beside", passedTests(3))]], [[step("later")]]],
    (line) => said.push(line),
  );
  expect(summary.skipped).toEqual(["after", "later"]);
  expect(summary.counts.toString()).toBe("3 passed, 1 failed");
  expect(said).toContain("[bad] no such file");
  const lines = table(summary, 12.34).split("\n");
  expect(lines.map((line) => line.replace(/\d+\.\d s/, "T").split(/\s{2,}/))).toEqual([
    ["bad", "T", "failed"],
    ["beside", "T", "passed"],
    ["after", "did not run"],
    ["later", "did not run"],
    ["total, side by side", "T"],
  ]);
});

test("failed tests of a failed step are counted once", async () => {
  const failing = step("suite", async (counts) => {
    counts.passed = 5;
    counts.failed = 2;
    throw new Error("jest failed");
  });
  expect((await runStages([[[failing]]], () => {})).counts.toString()).toBe("5 passed, 2 failed");
});

function step(name: string, run: Step["run"] = async () => {}): Step {
  return {
    name,
    async run(counts, say) {
      log.push(`${name} begins`);
      await run(counts, say);
      log.push(`${name} ends`);
    },
  };
}

function passedTests(count: number): Step["run"] {
  return async (counts) => {
    counts.passed = count;
  };
}
