import { spawn } from "node:child_process";
import { access, mkdir, mkdtemp, rm, writeFile } from "node:fs/promises";
import { tmpdir } from "node:os";
import { join } from "node:path";
import { firstOnPath } from "../../../scripts/local/find-redis.ts";
import { cacheFolder } from "../../../scripts/local/folders.ts";
import { runToEnd } from "../../../scripts/local/process.ts";

/** The version that the commands are tried with; AZURE_CLI_VERSION takes another one. */
export const cliVersion = process.env.AZURE_CLI_VERSION ?? "2.91.0";

/** What a command printed, both streams together, and the code that it exited with. */
export type Outcome = { code: number | null; output: string };

/** The Azure CLI in a virtual environment of this user, or the reason why it is not available. */
export type Cli = { run(args: string[]): Promise<Outcome> } | { missing: string };

/**
 * Finds the Azure CLI, and installs it from PyPI the first time (about a minute, 900 MB).
 * Never throws: without Python or without PyPI the answer says what is missing.
 */
export async function azureCli(): Promise<Cli> {
  const environment = join(cacheFolder(), `azure-cli-${cliVersion}`);
  const marker = join(environment, "installed");
  const installed = await access(marker).then(
    () => true,
    () => false,
  );
  if (!installed) {
    const python = await firstOnPath(["python3"]);
    if (!python) return { missing: "python3 is not on PATH" };
    process.stderr.write(`Installing azure-cli ${cliVersion} for tests/azure, once for this user …\n`);
    try {
      await mkdir(cacheFolder(), { recursive: true });
      await rm(environment, { recursive: true, force: true });
      await runToEnd({ name: "python3 -m venv", command: python, args: ["-m", "venv", environment] });
      const pip = ["-m", "pip", "install", "--quiet", "--retries", "1", "--timeout", "20"];
      const args = [...pip, "--disable-pip-version-check", `azure-cli==${cliVersion}`];
      await runToEnd({ name: "pip install", command: join(environment, "bin/python3"), args });
      await writeFile(marker, "");
    } catch (error) {
      return { missing: `azure-cli ${cliVersion} cannot be installed: ${(error as Error).message}` };
    }
  }
  return { run: (args) => runOffline(join(environment, "bin/az"), args) };
}

/**
 * Runs the CLI with an empty home (no login, no extensions, no SSH keys) and with a proxy that
 * nobody listens on, so that a command which gets further than expected fails and changes nothing.
 */
async function runOffline(az: string, args: string[]): Promise<Outcome> {
  const home = await mkdtemp(join(tmpdir(), "fib-azure-"));
  const proxy = "http://127.0.0.1:9";
  const env = {
    PATH: process.env.PATH,
    HOME: home,
    AZURE_CONFIG_DIR: join(home, "azure"),
    AZURE_CORE_COLLECT_TELEMETRY: "no",
    AZURE_CORE_NO_COLOR: "yes",
    AZURE_EXTENSION_USE_DYNAMIC_INSTALL: "no",
    HTTP_PROXY: proxy,
    HTTPS_PROXY: proxy,
  };
  try {
    return await new Promise((resolve, reject) => {
      const child = spawn(az, args, { cwd: home, env, stdio: ["ignore", "pipe", "pipe"] });
      let output = "";
      for (const stream of [child.stdout, child.stderr])
        stream.on("data", (chunk) => {
          output += chunk;
        });
      child.once("error", reject);
      child.once("close", (code) => resolve({ code, output: output.trim() }));
    });
  } finally {
    await rm(home, { recursive: true, force: true });
  }
}
