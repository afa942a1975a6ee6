import { spawn } from "node:child_process";
import { writeFile } from "node:fs/promises";
import { homedir } from "node:os";
import { delimiter, dirname, join } from "node:path";
import { firstOnPath } from "../../../scripts/local/find-redis.ts";
import { type Running, run, runToEnd } from "../../../scripts/local/process.ts";

// biome-ignore lint/suspicious/noExplicitAny: objects of all kinds.
export type Resource = any;

/** kubectl for one cluster and one namespace. */
export class Kubectl {
  readonly #program: string;
  readonly #env: NodeJS.ProcessEnv;
  readonly namespace: string;

  constructor(program: string, env: NodeJS.ProcessEnv, namespace: string) {
    this.#program = program;
    this.#env = env;
    this.namespace = namespace;
  }

  /** Runs kubectl to its end and returns what it wrote. @throws with its error. */
  run(args: string[], input?: string): Promise<string> {
    return new Promise((resolve, reject) => {
      const child = spawn(this.#program, ["--namespace", this.namespace, ...args], { env: this.#env });
      let output = "";
      let errors = "";
      child.stdout.on("data", (chunk) => (output += chunk));
      child.stderr.on("data", (chunk) => (errors += chunk));
      child.once("error", reject);
      child.once("close", (code) =>
        code === 0
          ? resolve(output)
          : reject(new Error(`kubectl ${args.join(" ")}: ${errors.trim() || output}`)),
      );
      child.stdin.end(input);
    });
  }

  async json(args: string[]): Promise<Resource> {
    return JSON.parse(await this.run([...args, "--output", "json"]));
  }

  /** The pods with this name label that are not ending. */
  async pods(name: string): Promise<Resource[]> {
    const { items } = await this.json(["get", "pods", "--selector", `app.kubernetes.io/name=${name}`]);
    return items.filter(({ metadata }: Resource) => !metadata.deletionTimestamp);
  }

  /** Runs a program in a pod's container. */
  exec(pod: string, container: string, ...command: string[]): Promise<string> {
    return this.run(["exec", pod, "--container", container, "--", ...command]);
  }

  /** Runs a script that calls kubectl itself, and returns what it says and how it ends. */
  script(path: string): Promise<{ output: string; code: number | null }> {
    return new Promise((resolve, reject) => {
      const child = spawn(path, { env: { ...this.#env, NAMESPACE: this.namespace } });
      let output = "";
      for (const stream of [child.stdout, child.stderr]) stream.on("data", (chunk) => (output += chunk));
      child.once("error", reject);
      child.once("close", (code) => resolve({ output, code }));
    });
  }

  /**
   * Runs a block of shell commands as a document has them: kubectl's context is this namespace, and the
   * first command that fails ends it. Returns everything that was written.
   */
  async commands(block: string, folder: string): Promise<string> {
    const config = join(folder, "kubeconfig");
    await writeFile(config, await this.run(["config", "view", "--raw", "--flatten"]), { mode: 0o600 });
    const env = { ...this.#env, KUBECONFIG: config, PATH: `${dirname(this.#program)}:${process.env.PATH}` };
    await runToEnd({
      name: "kubectl config",
      command: this.#program,
      args: ["config", "set-context", "--current", "--namespace", this.namespace],
      env,
    });
    return runToEnd({ name: "bash", command: "bash", args: ["-euc", block], cwd: folder, env });
  }

  /** Waits until a workload is as it should be. */
  async settled(workload: string, seconds = 420): Promise<void> {
    await this.run(["rollout", "status", workload, `--timeout=${seconds}s`]);
  }

  /** A port of this machine that leads to a pod's, until it is stopped. */
  async forward(target: string, port: number): Promise<{ url: string; stop(): Promise<void> }> {
    let found: (url: string) => void = () => {};
    const url = new Promise<string>((resolve) => (found = resolve));
    const running: Running = await run({
      name: "kubectl port-forward",
      command: this.#program,
      args: ["--namespace", this.namespace, "port-forward", target, `:${port}`],
      env: this.#env,
      onLine: (line) => {
        const local = /Forwarding from 127\.0\.0\.1:(\d+)/.exec(line)?.[1];
        if (local) found(`http://127.0.0.1:${local}`);
      },
    });
    const ended = running.ended.then(() => {
      throw new Error(`kubectl port-forward ${target} ended: ${running.tail()}`);
    });
    ended.catch(() => {});
    return { url: await Promise.race([url, ended]), stop: () => running.stop() };
  }
}

/** kubectl on PATH, or the one that ../shared/cluster built. */
export async function findKubectl(): Promise<string> {
  const built = join(process.env.XDG_CACHE_HOME || join(homedir(), ".cache"), "fib-cluster/bin");
  process.env.PATH = [process.env.PATH, built].join(delimiter);
  const program = await firstOnPath(["kubectl"]);
  if (!program) throw new Error("The test of the cluster needs kubectl on PATH.");
  return program;
}
