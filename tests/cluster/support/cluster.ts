import { access, mkdtemp, readFile, rm, writeFile } from "node:fs/promises";
import { tmpdir } from "node:os";
import { join, relative } from "node:path";
import { cloneFolder } from "../../../scripts/local/folders.ts";
import { runToEnd } from "../../../scripts/local/process.ts";
import { answersOk, waitFor } from "../../../scripts/local/wait-for.ts";
import { kubernetes } from "../../deploy/support/combinations.ts";
import { findKubectl, Kubectl, type Resource } from "./kubectl.ts";

/** A namespace of its own, so that a real installation beside it is not touched. */
export const namespace = "fib-calculator-test";

const ownCluster = join(cloneFolder, "../shared/cluster");
/** Where a cluster of ../shared/cluster says how far it is; see its README. */
const ownStage = "/var/lib/fib-cluster/stage";

/** A cluster on which the system can be tried. */
export type Cluster = {
  kubectl: Kubectl;
  /** The address through which the world comes: page at /, API at /api. */
  url: string;
  /** Takes away what the test brought. */
  leave(): Promise<void>;
};

/**
 * The cluster that ../shared/cluster starts, where there is one, else the one of the current
 * kubeconfig; with Dapr on it, our images and an overlay of `local` in a namespace of its own.
 */
export async function prepareCluster(): Promise<Cluster> {
  const own = await exists(join(ownCluster, "up"));
  const wasUp = await exists(ownStage);
  const kubectl = new Kubectl(
    await findKubectl(),
    { ...process.env, ...(own ? await startOwn() : {}) },
    namespace,
  );
  const cluster: Cluster = {
    kubectl,
    get url() {
      return ingress!.url;
    },
    async leave() {
      await ingress?.stop();
      if (process.env.FIB_KEEP_CLUSTER) return;
      if (own && !wasUp)
        await runToEnd({ name: "cluster down", command: join(ownCluster, "down"), args: [] });
      else await kubectl.run(["delete", "namespace", namespace, "--ignore-not-found", "--wait"]);
    },
  };
  try {
    await kubectl.run(["get", "crd", "components.dapr.io"]).catch((error) => {
      throw new Error(`This cluster has no Dapr: dapr init --kubernetes --wait. (${error.message})`);
    });
    if (own) await loadImages();
    await deploy(kubectl);
    return cluster;
  } catch (error) {
    await cluster.leave();
    throw error;
  }
}

/** Starts ../shared/cluster; the environment in which kubectl finds it. */
async function startOwn(): Promise<NodeJS.ProcessEnv> {
  say(
    "Starting the cluster of ../shared/cluster (half a minute; when it has to be built, a quarter of an hour) …",
  );
  const output = await runToEnd({ name: "cluster up", command: join(ownCluster, "up"), args: [] });
  // It also says how far it is.
  return { KUBECONFIG: output.split("\n").find((line) => line.startsWith("/"))! };
}

async function deploy(kubectl: Kubectl): Promise<void> {
  await kubectl.run(["delete", "namespace", namespace, "--ignore-not-found", "--wait"]);
  const folder = await mkdtemp(join(tmpdir(), "fib-cluster-test-"));
  try {
    await writeFile(join(folder, "kustomization.yaml"), testOverlay(folder));
    await kubectl.run(["apply", "--kustomize", folder]);
  } finally {
    await rm(folder, { recursive: true });
  }
}

let ingress: { url: string; stop(): Promise<void> } | undefined;

/** Finds the way in: the proxy's node port, or a forwarded port where nodes cannot be reached. */
export async function openIngress({ kubectl }: Cluster): Promise<void> {
  const service = await kubectl.json(["get", "service", "proxy"]);
  const { items } = await kubectl.json(["get", "nodes"]);
  const address = items[0].status.addresses.find(({ type }: Resource) => type === "InternalIP").address;
  const url = `http://${address}:${service.spec.ports[0].nodePort}`;
  const reached = await waitFor("the node port", () => answersOk(`${url}/proxy-health`), {
    deadlineMs: 10_000,
  }).catch(() => false);
  ingress = reached ? { url, stop: async () => {} } : await kubectl.forward("service/proxy", 80);
}

function testOverlay(folder: string): string {
  const registry = process.env.FIB_IMAGE_REGISTRY;
  const storage = process.env.FIB_STORAGE === "shared-files" ? "local-shared-files" : "local";
  return JSON.stringify({
    apiVersion: "kustomize.config.k8s.io/v1beta1",
    kind: "Kustomization",
    namespace,
    resources: [relative(folder, join(kubernetes, "overlays", storage))],
    patches: [
      // Any free one: the fixed one may be another installation's.
      {
        target: { kind: "Service", name: "^proxy$" },
        patch: '[{"op": "remove", "path": "/spec/ports/0/nodePort"}]',
      },
    ],
    ...(registry
      ? {
          images: ["api", "calculator", "web"].map((name) => ({
            name: `fib-calculator-${name}`,
            newName: `${registry}/fib-calculator-${name}`,
          })),
        }
      : {}),
  });
}

/** Our images on stand-ins of the public ones; what is built already takes seconds. */
async function loadImages(): Promise<void> {
  say("Building and loading the images …");
  const image = (...args: string[]) =>
    runToEnd({ name: `image ${args[0]} ${args[1]}`, command: join(ownCluster, "image"), args });
  await image("stand-in", "redis", "redis:7.4-bookworm");
  await image("stand-in", "postgres", "postgres:17-bookworm");
  await image("stand-in", "debian", "debian:bookworm-slim");
  await image("stand-in", "node", "node:24-bookworm-slim");
  const dockerfile = await readFile(join(cloneFolder, "deploy/images/Dockerfile"), "utf8");
  const nginx = /NGINX_IMAGE=(\S+)/.exec(dockerfile)![1]!;
  await image("build", nginx, join(cloneFolder, "tests/cluster/nginx-stand-in"));
  for (const name of ["api", "calculator", "web"]) {
    const file = join(cloneFolder, "deploy/images/Dockerfile");
    const options = ["--file", file, "--ignorefile", `${file}.dockerignore`, "--build-arg", "BUILD=prebuilt"];
    await image("build", `fib-calculator-${name}:0.1.0`, cloneFolder, "--target", name, ...options);
  }
}

function exists(path: string): Promise<boolean> {
  return access(path).then(
    () => true,
    () => false,
  );
}

// Past jest, which keeps what a test says until its file is done.
export function say(line: string): void {
  process.stderr.write(`${line}\n`);
}
