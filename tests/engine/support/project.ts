import { mkdtemp, readFile, rm } from "node:fs/promises";
import { tmpdir } from "node:os";
import { join } from "node:path";
import { parse } from "yaml";
import { cloneFolder } from "../../../scripts/local/folders.ts";
import { freePort } from "../../../scripts/local/ports.ts";
import { waitFor } from "../../../scripts/local/wait-for.ts";
import { get, post } from "../../support/client.ts";
import { type Engine, output, prepareImages } from "./engine.ts";

const folder = join(cloneFolder, "deploy/compose");
/** Has a shell, and is there wherever the system is. */
const toolImage = "redis:7.4-bookworm";

/** The system of deploy/compose on an engine, under a name and a port of its own. */
export interface Project {
  readonly engine: Engine;
  readonly name: string;
  /** Where the page is; the API is below /api. */
  readonly url: string;
  /** The folder on this machine that is Redis' volume. */
  readonly redisFolder: string;
  /** `docker compose …` with the files and settings of this project; what it printed. */
  compose(...args: string[]): Promise<string>;
  /** The running services. */
  running(): Promise<string[]>;
  /** Kills the first process of a service's container from outside, as the kernel does it. */
  kill(service: string): Promise<void>;
  /** Runs a shell script in a new container. @param options of `docker run`, for example a network. */
  sh(options: string[], script: string): Promise<string>;
  /** Enters an index and waits for its value and its entry. Tries again until the API accepts it. */
  calculates(index: number, deadlineMs: number): Promise<void>;
  /** Stops everything and removes all data. */
  remove(): Promise<void>;
}

/** @param files further compose files. @param env further settings. */
export async function openProject(
  engine: Engine,
  name: string,
  { files = [], env = {} }: { files?: string[]; env?: Record<string, string> } = {},
): Promise<Project> {
  const { "x-sidecar": sidecar } = parse(await readFile(join(folder, "docker-compose.yaml"), "utf8"), {
    merge: true,
  });
  await prepareImages(engine, sidecar.image);
  const redisFolder = await mkdtemp(join(tmpdir(), "fib-compose-redis-"));
  const port = await freePort();
  const url = `http://127.0.0.1:${port}`;
  const settings = {
    ...engine.env,
    COMPOSE_PROJECT_NAME: name,
    BUILD: "prebuilt",
    PORT: String(port),
    REDIS_FOLDER: redisFolder,
    ...env,
  };
  const fileOptions = ["docker-compose.yaml", ...files].flatMap((file) => ["--file", join(folder, file)]);
  const compose = (...args: string[]) => output("docker", ["compose", ...fileOptions, ...args], settings);
  const sh = (options: string[], script: string) =>
    engine.docker("run", "--rm", "--entrypoint", "sh", ...options, toolImage, "-c", script);

  return {
    engine,
    name,
    url,
    redisFolder,
    compose,
    sh,
    running: async () =>
      (await compose("ps", "--services", "--status", "running")).split("\n").filter(Boolean).sort(),

    async kill(service) {
      const container = await compose("ps", "--quiet", service);
      const pid = await engine.docker("inspect", "--format", "{{.State.Pid}}", container);
      // `docker kill` would do for the process, but tells the engine not to start it again.
      await sh(["--pid=host"], `kill -9 ${pid}`);
    },

    async calculates(index, deadlineMs) {
      const end = Date.now() + deadlineMs;
      const left = () => ({ deadlineMs: Math.max(1, end - Date.now()), everyMs: 100 });
      const { id } = await waitFor(
        `index ${index} to be accepted`,
        async () => {
          const { status, body } = await post(`${url}/api/values`, { index });
          if (status !== 202) throw new Error(`status ${status}`);
          return body;
        },
        left(),
      );
      await waitFor(
        `the value of ${index}`,
        async () => (await get(`${url}/api/values/${index}`)).body.status === "calculated",
        left(),
      );
      await waitFor(
        `the entry of ${index}`,
        async () => (await get(`${url}/api/values/all`)).text.includes(id),
        left(),
      );
    },

    async remove() {
      await compose("down", "--volumes", "--remove-orphans", "--timeout", "5");
      // Redis' files may belong to a user of its container.
      await sh(["--volume", `${redisFolder}:/data`], "rm -rf /data/*");
      await rm(redisFolder, { recursive: true, force: true });
    },
  };
}
