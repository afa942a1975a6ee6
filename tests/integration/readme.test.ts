import { execFile } from "node:child_process";
import { readFileSync } from "node:fs";
import { promisify } from "node:util";
import { type System, startSystem } from "../../scripts/local/system.ts";
import { waitFor } from "../../scripts/local/wait-for.ts";
import { consoleCommands, outputPattern } from "../support/console-blocks.ts";

const commands = consoleCommands(readFileSync("README.md", "utf8"));

describe("The README's commands print what it shows", () => {
  let system: System;
  beforeAll(async () => {
    system = await startSystem();
  }, 600_000);
  afterAll(() => system?.stop(), 60_000);

  test("there are some", () => expect(commands.length).toBeGreaterThan(4));

  test.each(commands)("$command", async ({ command, output }) => {
    const here = command.replaceAll("http://localhost:3500/v1.0/invoke/api/method", system.invokeUrl);
    expect(here).not.toBe(command);
    const pattern = outputPattern(output);
    const run = async () => (await promisify(execFile)("bash", ["-c", here])).stdout;
    // A value comes a moment after its index; entering, once only.
    if (command.includes(" -d ")) expect(await run()).toMatch(pattern);
    else await waitFor(`the output of ${command}`, async () => pattern.test(await run()));
  });
});
