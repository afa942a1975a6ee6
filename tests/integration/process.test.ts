import { type ChildProcess, spawn } from "node:child_process";
import { once } from "node:events";
import { freePort } from "../../scripts/local/ports.ts";
import { waitFor } from "../../scripts/local/wait-for.ts";

/** An app without a sidecar: what its process does at start and at stop. */
describe.each(["api", "calculator"])("The process of the %s", (app) => {
  let child: ChildProcess;
  let output: string;

  async function start(env: Record<string, string>) {
    output = "";
    child = spawn(process.execPath, [`dist/${app}/main.cjs`], {
      env: {
        ...process.env,
        DAPR_HTTP_PORT: String(await freePort()),
        APP_PORT: String(await freePort()),
        ...env,
      },
      stdio: ["ignore", "pipe", "pipe"],
    });
    for (const stream of [child.stdout, child.stderr]) stream?.on("data", (data) => (output += data));
  }
  const listening = () => waitFor("its port", async () => output.includes('"listening"'));

  afterEach(() => {
    if (child.exitCode === null) child.kill("SIGKILL");
  });

  test("tells every wrong setting at once, and ends with code 2", async () => {
    await start({ APP_PORT: "no port", UPPER_LIMIT: "-1", LOG_LEVEL: "loud" });
    expect((await once(child, "close"))[0]).toBe(2);
    for (const name of ["APP_PORT=no port", "UPPER_LIMIT=-1", "LOG_LEVEL=loud"])
      expect(output).toContain(name);
  });

  test("ends with code 0 at SIGTERM, although the sidecar never came", async () => {
    await start({});
    await listening();
    child.kill("SIGTERM");
    expect((await once(child, "exit"))[0]).toBe(0);
  });

  test("ends at SIGTERM when whoever read its log is gone", async () => {
    await start({});
    await listening();
    child.stdout?.destroy();
    child.stderr?.destroy();
    child.kill("SIGTERM");
    expect((await once(child, "exit"))[0]).toBe(0);
  });
});
