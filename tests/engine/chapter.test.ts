import {
  chmod,
  chown,
  copyFile,
  cp,
  mkdir,
  mkdtemp,
  readdir,
  readFile,
  rm,
  stat,
  writeFile,
} from "node:fs/promises";
import { tmpdir } from "node:os";
import { join } from "node:path";
import { jest } from "@jest/globals";
import { cloneFolder } from "../../scripts/local/folders.ts";
import { freePort } from "../../scripts/local/ports.ts";
import { waitFor } from "../../scripts/local/wait-for.ts";
import { get, post } from "../support/client.ts";
import { type Engine, findEngine, output, prepareImages } from "./support/engine.ts";
import { Shell } from "./support/shell.ts";

jest.setTimeout(300_000);

const engine = await findEngine();
const page = await readFile(join(cloneFolder, "docs/workshop/04-compose.md"), "utf8");
/** The shell blocks below a heading. */
function blocks(heading: string): string[] {
  const section = page.split(/^## /m).find((each) => each.startsWith(heading));
  if (!section) throw new Error(`The chapter has no section ${heading}.`);
  return [...section.matchAll(/^```sh\n([\s\S]*?)^```/gm)].map(([, block]) => block!);
}

(engine ? describe : describe.skip)("chapter 4, typed as it stands by an ordinary user", () => {
  const name = "fib-chapter-test";
  let folder: string;
  let clone: string;
  let shell: Shell;
  let url: string;

  beforeAll(async () => {
    await prepareImages(engine!, "daprio/daprd:1.18.3");
    folder = await mkdtemp(join(tmpdir(), "fib chapter "));
    clone = join(folder, "clone");
    await copyClone(clone);
    const port = await freePort();
    url = `http://127.0.0.1:${port}`;
    const user = await ordinaryUser(engine!, folder);
    const env = {
      ...engine!.env,
      ...user.env,
      COMPOSE_PROJECT_NAME: name,
      BUILD: "prebuilt",
      PORT: String(port),
    };
    shell = new Shell({ cwd: clone, ...user.ids, env });
  }, 120_000);

  afterAll(async () => {
    shell?.end();
    await engine!.docker("compose", "--project-name", name, "down", "--volumes", "--timeout", "2");
    await rm(folder, { recursive: true, force: true });
  }, 60_000);

  const values = async (index: number) => (await get(`${url}/api/values/${index}`)).body;
  const calculates = (index: number) =>
    waitFor(`the value of ${index}`, async () => {
      const { status, body } = await get(`${url}/api/values/${index}`);
      if (status === 404) await post(`${url}/api/values`, { index });
      return body.status === "calculated";
    });

  test("the system starts", async () => {
    for (const block of blocks("Start it in containers")) expect(await shell.run(block)).toContain("api");
    expect((await get(url)).text).toContain("<html");
    await calculates(40);
  });

  test("the files of the custom volume can be read, and survive down --volumes; the history does not", async () => {
    const [block, ...others] = blocks("Two kinds of volumes");
    expect(others).toEqual([]);
    const printed = await shell.run(block!);
    expect(printed).toMatch(/appendonly\.aof\.manifest/);
    // The number of keys, before and after.
    const [before, after] = [...printed.matchAll(/^(\d+)$/gm)].map(([, keys]) => Number(keys));
    expect(before).toBeGreaterThan(0);
    expect(after).toBeGreaterThan(0);
    expect((await get(`${url}/api/values/all`)).body).toEqual([]);
    expect((await values(40)).value).toBe("102334155");
    // They are the user's own: nobody needs root to delete them.
    const { uid } = await stat(join(clone, "deploy/compose/data/redis/appendonlydir"));
    expect(uid).toBe((await stat(clone)).uid);
  });

  test("the replica follows", async () => {
    const [block] = blocks("A replica for reads");
    const printed = await waitFor("the replica to follow", async () => {
      const info = await shell.run(block!);
      return info.includes("master_link_status:up") && info;
    });
    expect(printed).toMatch(/role:slave/);
  });

  test("saved code runs in a few seconds: calculator, API and page", async () => {
    const [start, stop, ...others] = blocks("Edit the code while it runs");
    expect(others).toEqual([]);
    // An image that was built without a registry has no packages: those of this clone take their place.
    const modules = {
      services: { build: { volumes: [`${join(cloneFolder, "node_modules")}:/src/node_modules:ro`] } },
    };
    await writeFile(join(clone, "deploy/compose/modules.yaml"), JSON.stringify(modules));
    const printed = await shell.run(start!.replace(":dev.yaml", ":dev.yaml:modules.yaml"));
    expect(printed).toContain("Built in");
    await calculates(41);
    const container = () =>
      engine!.docker("compose", "--project-name", name, "ps", "--quiet", "calculator-sidecar");
    const sidecar = await container();

    const seconds: Record<string, number> = {};
    const edit = async (
      what: string,
      file: string,
      change: (text: string) => string,
      live: () => Promise<boolean>,
    ) => {
      const path = join(clone, "apps", file);
      const before = await readFile(path, "utf8");
      await writeFile(path, change(before));
      const start = Date.now();
      await waitFor(`the change of the ${what}`, live, { deadlineMs: 30_000 });
      seconds[what] = (Date.now() - start) / 1_000;
      return () => writeFile(path, before);
    };
    await edit(
      "page",
      "web/index.html",
      (text) => text.replace("<title>", "<title>Edited "),
      async () => (await get(url)).text.includes("<title>Edited "),
    );
    for (const app of ["api", "calculator"])
      await edit(
        app,
        `${app}/main.ts`,
        (text) => `${text}\nconsole.log("edited ${app}");\n`,
        () => logs(app, `edited ${app}`),
      );
    await calculates(42);
    expect(await container()).toBe(sidecar);

    // A mistake is reported, and the last good build keeps running.
    const undo = await edit(
      "mistake",
      "calculator/main.ts",
      (text) => `${text}\nconst = 1;\n`,
      () => logs("build", "The build failed"),
    );
    await calculates(43);
    await undo();
    process.stderr.write(`live after ${JSON.stringify(seconds)} s\n`);
    await shell.run(stop!);
    expect((await shell.run("pwd")).trim()).toBe(clone);
    expect(
      await engine!.docker("ps", "--all", "--quiet", "--filter", `label=com.docker.compose.project=${name}`),
    ).toBe("");
  });

  const logs = async (service: string, text: string) =>
    (await engine!.docker("compose", "--project-name", name, "logs", "--no-log-prefix", service)).includes(
      text,
    );
});

/** What a clone has, with what `npm run build` made. */
async function copyClone(to: string): Promise<void> {
  await mkdir(to);
  const names =
    "apps components dapr-config.yaml deploy dist package.json package-lock.json scripts tsconfig.json";
  for (const each of names.split(" "))
    await cp(join(cloneFolder, each), join(to, each), {
      recursive: true,
      // The data of a system that was started here.
      filter: (path) => path !== join(cloneFolder, "deploy/compose/data"),
    });
}

/** Whoever runs the tests; instead of root, a user without rights who may use Docker. */
async function ordinaryUser(
  engine: Engine,
  home: string,
): Promise<{ env: NodeJS.ProcessEnv; ids: { uid?: number; gid?: number } }> {
  if (process.getuid?.() !== 0) return { env: {}, ids: {} };
  const socket = /^unix:\/\/(.+)$/.exec(engine.env.DOCKER_HOST ?? "")?.[1];
  const ids = { uid: 4_242, gid: socket ? (await stat(socket)).gid : 4_242 };
  // Docker looks for its plugins in the home folder, and root's cannot be read.
  const plugins = join(home, ".docker/cli-plugins");
  await mkdir(plugins, { recursive: true });
  const format = '{{range .ClientInfo.Plugins}}{{if eq .Name "compose"}}{{.Path}}{{end}}{{end}}';
  const plugin = await output("docker", ["info", "--format", format], engine.env);
  await copyFile(plugin, join(plugins, "docker-compose"));
  await chmod(join(plugins, "docker-compose"), 0o755);
  await own(home, ids);
  return { env: { HOME: home }, ids };
}

async function own(folder: string, { uid, gid }: { uid: number; gid: number }): Promise<void> {
  await chown(folder, uid, gid);
  for (const name of await readdir(folder, { recursive: true })) await chown(join(folder, name), uid, gid);
}
