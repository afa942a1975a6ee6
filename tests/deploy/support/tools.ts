import { createHash } from "node:crypto";
import { access, cp, mkdir, mkdtemp, readdir, readFile, rename, rm } from "node:fs/promises";
import { basename, join } from "node:path";
import { fileURLToPath } from "node:url";
import { firstOnPath } from "../../../scripts/local/find-redis.ts";
import { cacheFolder } from "../../../scripts/local/folders.ts";
import { runToEnd } from "../../../scripts/local/process.ts";

const sources = fileURLToPath(new URL("../tools", import.meta.url));

/** What to build: a Go module of ours below tests/deploy/tools, and the package in it. */
const programs = {
  kustomize: ".",
  validate: "sigs.k8s.io/kubectl-validate",
} as const;

/** Custom resources that the manifests use: the module that brings their schema, and the files in it. */
const schemas = {
  "github.com/dapr/dapr@v1.18.1": ["charts/dapr/crds"],
  "github.com/kedacore/keda/v2@v2.18.0": [
    "config/crd/bases/keda.sh_scaledobjects.yaml",
    "config/crd/bases/keda.sh_triggerauthentications.yaml",
  ],
  "sigs.k8s.io/gateway-api@v1.4.0": [
    "config/crd/standard/gateway.networking.k8s.io_gateways.yaml",
    "config/crd/standard/gateway.networking.k8s.io_httproutes.yaml",
  ],
  "sigs.k8s.io/secrets-store-csi-driver@v1.5.4": [
    "config/crd/bases/secrets-store.csi.x-k8s.io_secretproviderclasses.yaml",
  ],
  "github.com/cilium/cilium@v1.18.4": ["pkg/k8s/apis/cilium.io/client/crds/v2/ciliumnetworkpolicies.yaml"],
} as const;

/**
 * The program, built from the Go module proxy once for every clone of this user. The first time
 * takes half a minute for kustomize and three minutes for validate on two idle cores.
 */
export async function tool(name: keyof typeof programs): Promise<string> {
  const source = join(sources, name);
  const target = join(cacheFolder(), `deploy-${name}-${await hashOf(source)}`, name);
  if (await exists(target)) return target;
  await needGo();
  say(`Building ${name} for tests/deploy, once for this user …`);
  await makeOnce(join(target, ".."), async (folder) => {
    await go(["build", "-buildvcs=false", "-o", join(folder, name), programs[name]], source);
  });
  return target;
}

/** A folder with the schemas of all custom resources that the manifests use. */
export async function customSchemas(): Promise<string> {
  const source = join(sources, "crds");
  const hash = createHash("sha256").update(JSON.stringify(schemas)).digest("hex").slice(0, 8);
  const target = join(cacheFolder(), `deploy-crds-${hash}`);
  if (await exists(target)) return target;
  await needGo();
  say("Downloading the schemas of Dapr, KEDA, Gateway API and the secrets store, once for this user …");
  await makeOnce(target, async (folder) => {
    for (const [module, paths] of Object.entries(schemas)) {
      const { Dir } = JSON.parse(await go(["mod", "download", "-json", module], source)) as { Dir: string };
      for (const path of paths) {
        const from = join(Dir, path);
        const files = from.endsWith(".yaml") ? [from] : (await readdir(from)).map((each) => join(from, each));
        for (const file of files) await cp(file, join(folder, basename(file)));
      }
    }
  });
  return target;
}

/**
 * A folder with Kubernetes' own schemas as kubectl-validate reads them.
 * @param version for example "1.34.3".
 */
export async function kubernetesSchemas(version: string): Promise<string> {
  const target = join(cacheFolder(), `deploy-schemas-${version}`);
  if (await exists(target)) return target;
  await needGo();
  say(`Downloading the schemas of Kubernetes ${version}, once for this user …`);
  await makeOnce(target, async (folder) => {
    const module = `k8s.io/kubernetes@v${version}`;
    const { Dir } = JSON.parse(await go(["mod", "download", "-json", module], join(sources, "crds"))) as {
      Dir: string;
    };
    const from = join(Dir, "api/openapi-spec/v3");
    for (const file of await readdir(from)) {
      // apis__apps__v1_openapi.json is the group version apps/v1.
      const match = /^(api|apis__.+)__(v\d\w*)_openapi\.json$/.exec(file);
      if (!match) continue;
      const place = join(folder, match[1]!.replace("__", "/"));
      await mkdir(place, { recursive: true });
      await cp(join(from, file), join(place, `${match[2]}.json`));
    }
  });
  return target;
}

async function needGo(): Promise<void> {
  if (await firstOnPath(["go"])) return;
  throw new Error(
    "The tests of the manifests build their tools with Go, which is not on PATH (https://go.dev/dl).",
  );
}

function go(args: string[], cwd: string): Promise<string> {
  return runToEnd({ name: `go ${args[0]}`, command: "nice", args: ["go", ...args], cwd });
}

/** Makes a folder whole or not at all, whoever else is at it. */
async function makeOnce(target: string, fill: (folder: string) => Promise<void>): Promise<void> {
  await mkdir(cacheFolder(), { recursive: true });
  const folder = await mkdtemp(`${target}-`);
  try {
    await fill(folder);
    await rename(folder, target).catch(async (error) => {
      if (!(await exists(target))) throw error;
    });
  } finally {
    await rm(folder, { recursive: true, force: true });
  }
}

async function hashOf(folder: string): Promise<string> {
  const hash = createHash("sha256");
  for (const name of (await readdir(folder)).sort())
    hash.update(name).update(await readFile(join(folder, name)));
  return hash.digest("hex").slice(0, 8);
}

function exists(path: string): Promise<boolean> {
  return access(path).then(
    () => true,
    () => false,
  );
}

// Past jest, which keeps what a test says until its file is done.
function say(line: string): void {
  process.stderr.write(`${line}\n`);
}
