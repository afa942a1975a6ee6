import { access, mkdtemp, readdir, readFile, rm, writeFile } from "node:fs/promises";
import { tmpdir } from "node:os";
import { join } from "node:path";
import { firstOnPath } from "../../../scripts/local/find-redis.ts";
import { freePort } from "../../../scripts/local/ports.ts";
import { runToEnd } from "../../../scripts/local/process.ts";
import { type Service, startService } from "../../../scripts/local/service.ts";
import { answersOk } from "../../../scripts/local/wait-for.ts";
import { unpackDebian } from "./debian.ts";

/** An nginx that can be run here. */
export type Nginx = { command: string; mimeTypes: string; env: NodeJS.ProcessEnv };

/**
 * nginx on this machine, else Debian's package unpacked into our cache: nothing is installed and no
 * service starts. Undefined, with the reason said, where there is neither.
 */
export async function findNginx(): Promise<Nginx | undefined> {
  const installed = (await firstOnPath(["nginx"])) ?? (await existing("/usr/sbin/nginx"));
  const mimeTypes = await existing("/etc/nginx/mime.types");
  if (installed && mimeTypes) return { command: installed, mimeTypes, env: process.env };
  try {
    const folder = await unpackDebian("nginx", ["nginx-light"]);
    const libraries = (await readdir(join(folder, "usr/lib"), { recursive: true, withFileTypes: true }))
      .filter((entry) => entry.name.includes(".so"))
      .map((entry) => entry.parentPath);
    const nginx = {
      command: join(folder, "usr/sbin/nginx"),
      mimeTypes: join(folder, "etc/nginx/mime.types"),
      env: { ...process.env, LD_LIBRARY_PATH: [...new Set(libraries)].join(":") },
    };
    await runToEnd({ name: "nginx -v", command: nginx.command, args: ["-v"], env: nginx.env });
    return nginx;
  } catch (error) {
    process.stderr.write(`No nginx here, so its tests are skipped: ${(error as Error).message}\n`);
    return undefined;
  }
}

/** Runs a configuration of the repository with other names, ports and folders in it. */
export async function startNginx(
  nginx: Nginx,
  configuration: string,
  changes: Record<string, string>,
): Promise<Service & { url: string }> {
  const folder = await mkdtemp(join(tmpdir(), "fib-nginx-"));
  const port = await freePort();
  let text = (await readFile(configuration, "utf8")).replace(
    "worker_processes 1;",
    "daemon off;\nworker_processes 1;",
  );
  const all = {
    "listen 8080": `listen 127.0.0.1:${port}`,
    "/tmp/": `${folder}/`,
    "/etc/nginx/mime.types": nginx.mimeTypes,
    ...changes,
  };
  for (const [from, to] of Object.entries(all)) text = text.replaceAll(from, to);
  await writeFile(join(folder, "nginx.conf"), text);
  const url = `http://127.0.0.1:${port}`;
  const service = await startService({
    command: {
      name: "nginx",
      command: nginx.command,
      args: ["-e", "stderr", "-p", folder, "-c", join(folder, "nginx.conf")],
      env: nginx.env,
    },
    ready: () => answersOk(`${url}/healthz`).catch(() => answersOk(`${url}/proxy-health`)),
    readyWhat: `nginx with ${configuration}`,
  });
  return Object.assign(service, {
    url,
    async stop() {
      await service.running.stop();
      await rm(folder, { recursive: true, force: true });
    },
  });
}

function existing(path: string): Promise<string | undefined> {
  return access(path).then(
    () => path,
    () => undefined,
  );
}
