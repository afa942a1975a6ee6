import { execFile } from "node:child_process";
import { mkdtemp, rm } from "node:fs/promises";
import { tmpdir } from "node:os";
import { join } from "node:path";
import { promisify } from "node:util";
import { freePort } from "../../scripts/local/ports.ts";
import { run } from "../../scripts/local/process.ts";
import { waitFor } from "../../scripts/local/wait-for.ts";
import { type Command, outputPattern } from "./console-blocks.ts";

const ports = [3000, 3001, 3500, 9091, 9092, 3999, 6380];

/** What changes something is done once; what only looks is done until it shows what it should. */
const changes = /-X (POST|DELETE)|\/values .*-d|\/publish\/|sed -i|\bcp\b|\brm\b/;

/** Starts `npm run lab` of a clone on free ports, for the commands of the workshop. */
export async function startTestLab(clone = process.cwd()) {
  const folder = await mkdtemp(join(tmpdir(), "fib-lab-"));
  const mapped = new Map<number, number>();
  for (const port of ports) mapped.set(port, await freePort());
  const LAB_PORTS = [...mapped].map((pair) => pair.join("=")).join(",");
  const server = await run({
    name: "the lab",
    command: process.execPath,
    args: ["--import", "tsx", "scripts/lab.ts"],
    cwd: clone,
    env: { ...process.env, LAB_PORTS, FIB_LOCAL_DIR: folder },
    stopDeadlineMs: 60_000,
  });
  const stop = async () => {
    await server.stop();
    await rm(folder, { recursive: true, force: true });
  };
  try {
    await waitFor("the lab", () => server.hasEnded() || server.tail().includes("The lab is up."), {
      deadlineMs: 300_000,
    });
    if (server.hasEnded()) throw new Error(`The lab did not start:\n${server.tail()}`);
  } catch (error) {
    await stop();
    throw error;
  }

  /** A command as it has to be here: the ports and the folder of this lab. */
  const here = (command: string) =>
    command
      .replace(/\b(localhost|127\.0\.0\.1):(\d{4})\b/g, (_all, host: string, port: string) => {
        const other = mapped.get(Number(port));
        if (!other) throw new Error(`The lab has no port ${port}: ${command}`);
        return `${host}:${other}`;
      })
      .replace(/\b(APP_PORT|DAPR_HTTP_PORT)=(\d{4})\b/g, (_all, name: string, port: string) => {
        return `${name}=${mapped.get(Number(port))}`;
      })
      .replaceAll(".local/lab", join(folder, "lab"));

  return {
    stop,
    async check({ command, output }: Command): Promise<void> {
      const pattern = outputPattern(output);
      const ask = async () =>
        (await promisify(execFile)("bash", ["-c", here(command)], { cwd: clone })).stdout;
      let printed = "";
      const shown = async () => {
        printed = await ask();
        return pattern.test(printed);
      };
      // The API says it when a store is not back yet: nothing was promised, so it may be sent again.
      const refused = async () => !(await shown()) && printed.includes("send it again");
      if (changes.test(command)) await waitFor("an answer", async () => !(await refused()));
      else await waitFor("its output", shown, { deadlineMs: 60_000, everyMs: 200 }).catch(() => {});
      if (!pattern.test(printed)) {
        throw new Error(`$ ${command}\nprinted:\n${printed}\nshould have printed:\n${output}`);
      }
    },
  };
}
