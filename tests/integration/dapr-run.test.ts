import { execFile } from "node:child_process";
import { promisify } from "node:util";
import { findCli } from "../../scripts/dapr/find-or-build.ts";
import { cloneFolder } from "../../scripts/local/folders.ts";
import type { PlainRun } from "../support/plain-dapr-run.ts";

const execute = promisify(execFile);

/** A network of its own, with loopback only: the usual ports are free there, and nothing leaves the machine. */
const alone = ["--net", "sh", "-c", 'ip link set lo up && exec "$@"', "alone"];

test("dapr run -f dapr.yaml works by itself, without a network, and opens nothing to others", async () => {
  const cli = await findCli();
  const possible = await execute("unshare", [...alone, "true"]).then(
    () => true,
    () => false,
  );
  if (!cli || !possible || process.getuid?.() !== 0) {
    process.stdout.write("  not checked: this needs the dapr CLI, and root for a network of its own\n");
    return;
  }
  const script = ["--import", "tsx", "tests/support/plain-dapr-run.ts", cli];
  const { stdout } = await execute("unshare", [...alone, process.execPath, ...script], { cwd: cloneFolder });
  const found = JSON.parse(stdout.trim().split("\n").at(-1)!) as PlainRun;
  process.stdout.write(`  first value after ${found.seconds.toFixed(1)} s\n`);
  expect(found).toMatchObject({
    accepted: expect.stringContaining('"accepted"'),
    value: expect.stringContaining('"102334155"'),
    eventRoute: 403,
    binding: 404,
    elsewhere: [],
    modes: ["700", "600", "700"],
  });
  expect(found.listening).toBeGreaterThanOrEqual(10);
  // The CLI waits a quarter of a minute for a port that nobody answers.
  expect(found.output).not.toContain("Could not update sidecar metadata");
}, 120_000);
