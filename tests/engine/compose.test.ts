import { availableParallelism, loadavg } from "node:os";
import { jest } from "@jest/globals";
import { waitFor } from "../../scripts/local/wait-for.ts";
import { get, post } from "../support/client.ts";
import { findEngine } from "./support/engine.ts";
import { neighbourTests } from "./support/neighbours.ts";
import { openProject, type Project } from "./support/project.ts";

jest.setTimeout(300_000);

const engine = await findEngine();
const services = [
  ..."api api-sidecar calculator calculator-sidecar nginx postgres redis redis-replica web".split(" "),
];
/** How long an interruption may last, without a hand. */
const backMs = 20_000;

(engine ? describe : describe.skip)("docker compose on a real engine", () => {
  let project: Project;
  /** What was accepted while the system was disturbed: id to index. */
  const accepted = new Map<string, number>();
  let nextIndex = 1_000;
  const submitted = new AbortController();

  beforeAll(async () => {
    project = await openProject(engine!, "fib-engine-test");
    await project.compose("up", "--build", "--detach", "--wait");
  }, 600_000);
  afterAll(async () => {
    submitted.abort();
    await project?.remove();
  }, 120_000);

  /** Enters one index after the other until told to stop, and remembers what was accepted. */
  async function keepSubmitting(): Promise<void> {
    while (!submitted.signal.aborted) {
      const index = nextIndex++;
      const answer = await post(`${project.url}/api/values`, { index }).catch(() => undefined);
      if (answer?.status === 202) accepted.set(answer.body.id, index);
      await new Promise((resolve) => setTimeout(resolve, 100));
    }
  }

  test("starts everything, and calculates", async () => {
    expect(await project.running()).toEqual(services);
    expect((await get(`${project.url}/`)).text).toContain("<html");
    await project.calculates(40, backMs);
    expect((await get(`${project.url}/api/values/40`)).body.value).toBe("102334155");
  });

  test("nginx passes events on as they come, and keeps metrics inside", async () => {
    const stop = new AbortController();
    try {
      const stream = await fetch(`${project.url}/api/events`, { signal: stop.signal });
      const reader = stream.body!.pipeThrough(new TextDecoderStream()).getReader();
      await post(`${project.url}/api/values`, { index: 77 });
      let heard = "";
      await waitFor(
        "the event",
        async () => {
          heard += (await reader.read()).value;
          return heard.includes("5527939700884757");
        },
        { deadlineMs: 10_000 },
      );
    } finally {
      stop.abort();
    }
    expect((await get(`${project.url}/api/metrics`)).status).toBe(404);
    expect((await get(`${project.url}/api/no%2Fthing`)).body.detail).toContain("/no");
  });

  describe("seen by its neighbours", () => neighbourTests(() => project));

  describe("while somebody enters values", () => {
    let submitting: Promise<void>;
    beforeAll(() => {
      submitting = keepSubmitting();
    });

    test.each(services)(`%s is killed: it works again within ${backMs / 1000} s`, async (service) => {
      await project.kill(service);
      await project.calculates(nextIndex++, backMs);
      await waitFor("all services", async () => (await project.running()).length === services.length, {
        deadlineMs: backMs,
      });
      await waitFor("the page", async () => (await get(`${project.url}/`)).status === 200, {
        deadlineMs: backMs,
      });
    });

    (engine?.restart ? test : test.skip)(
      `the engine restarts: it works again within ${backMs / 1000} s`,
      async () => {
        await engine!.restart!();
        await project.calculates(nextIndex++, backMs);
        await waitFor("all services", async () => (await project.running()).length === services.length, {
          deadlineMs: backMs,
        });
      },
    );

    test("down takes less than 10 s, and after the next up nothing that was accepted is missing", async () => {
      // Under way while the system stops.
      await post(`${project.url}/api/values`, { index: 900_000 });
      const start = Date.now();
      await project.compose("down");
      // Ten seconds of a machine that has a core for it.
      const share = Math.max(1, loadavg()[0]! / availableParallelism());
      expect((Date.now() - start) / share).toBeLessThan(10_000);
      submitted.abort();
      await submitting;
      await project.compose("up", "--detach", "--wait");

      expect(accepted.size).toBeGreaterThan(50);
      await waitFor(
        "every accepted entry",
        async () => {
          const { text } = await get(`${project.url}/api/values/all`);
          const missing = [...accepted.keys()].filter((id) => !text.includes(id));
          if (missing.length > 0) throw new Error(`${missing.length} of ${accepted.size} are missing`);
          return true;
        },
        { deadlineMs: backMs, everyMs: 500 },
      );
      for (const index of [900_000, ...accepted.values()])
        await waitFor(
          `the value of ${index}`,
          async () => (await get(`${project.url}/api/values/${index}`)).body.status === "calculated",
          { deadlineMs: backMs },
        );
    });
  });

  test("down leaves no container and no network", async () => {
    await project.compose("down");
    const filter = ["--filter", `label=com.docker.compose.project=${project.name}`, "--quiet"];
    expect(await engine!.docker("ps", "--all", ...filter)).toBe("");
    expect(await engine!.docker("network", "ls", ...filter)).toBe("");
  });
});
