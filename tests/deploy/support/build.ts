import { execFile } from "node:child_process";
import { mkdir, mkdtemp, rm, writeFile } from "node:fs/promises";
import { availableParallelism, tmpdir } from "node:os";
import { join, relative } from "node:path";
import { parseAllDocuments } from "yaml";
import { kubernetes } from "./combinations.ts";
import { tool } from "./tools.ts";

// biome-ignore lint/suspicious/noExplicitAny: tests look into objects of all kinds.
export type Resource = { apiVersion: string; kind: string; metadata: any; spec: any; [field: string]: any };

/** What a kustomization became. */
export type Built = { yaml: string; resources: Resource[] };

/** Builds kustomizations; the answers are in the order of the folders. Throws with every failure. */
export async function buildFolders(folders: string[]): Promise<string[]> {
  const program = await tool("kustomize");
  const lanes = Math.min(availableParallelism(), 4, folders.length);
  const answers = new Map<string, string>();
  const failures: string[] = [];
  await Promise.all(
    Array.from({ length: lanes }, async (_, lane) => {
      const mine = folders.filter((_, index) => index % lanes === lane);
      for (const line of (await runWith(program, mine.join("\n"))).split("\n").filter(Boolean)) {
        const { folder, yaml, error } = JSON.parse(line) as Record<"folder" | "yaml" | "error", string>;
        if (error) failures.push(`${folder}: ${error}`);
        else answers.set(folder, yaml);
      }
    }),
  );
  if (failures.length > 0) throw new Error(failures.slice(0, 5).join("\n"));
  return folders.map((folder) => answers.get(folder) ?? "");
}

/** Builds an overlay of the clone. */
export async function buildOverlay(name: string): Promise<Built> {
  const [yaml = ""] = await buildFolders([join(kubernetes, "overlays", name)]);
  return { yaml, resources: parse(yaml) };
}

/** Builds the base with these components, as an overlay would that nobody wrote yet. */
export async function buildWith(components: string[]): Promise<Built> {
  const [built] = await buildAll([components]);
  return { yaml: built!, resources: parse(built!) };
}

/** Builds the base with each of these lists of components. */
export async function buildAll(lists: string[][]): Promise<string[]> {
  const place = await mkdtemp(join(tmpdir(), "fib-overlays-"));
  try {
    const folders: string[] = [];
    for (const [index, components] of lists.entries()) {
      const folder = join(place, String(index));
      await mkdir(folder);
      await writeFile(join(folder, "kustomization.yaml"), overlay(folder, components));
      folders.push(folder);
    }
    return await buildFolders(folders);
  } finally {
    await rm(place, { recursive: true, force: true });
  }
}

/** The text of an overlay in `folder` that puts components on the base. */
export function overlay(folder: string, components: string[], more: object = {}): string {
  const to = (path: string) => relative(folder, join(kubernetes, path));
  return JSON.stringify({
    apiVersion: "kustomize.config.k8s.io/v1beta1",
    kind: "Kustomization",
    resources: [to("base")],
    components: components.map(to),
    ...more,
  });
}

export function parse(yaml: string): Resource[] {
  const documents = parseAllDocuments(yaml);
  return Array.isArray(documents) ? documents.map((document) => document.toJS() as Resource) : [];
}

/** The one resource of this kind and name; fails when there is none. */
export function find(resources: Resource[], kind: string, name: string): Resource {
  const found = resources.filter((each) => each.kind === kind && each.metadata.name === name);
  if (found.length !== 1) throw new Error(`${found.length} of ${kind} ${name}`);
  return found[0]!;
}

/** What makes pods. */
export const workloads = (resources: Resource[]) =>
  resources.filter(({ kind }) => kind === "Deployment" || kind === "StatefulSet");

function runWith(program: string, input: string): Promise<string> {
  return new Promise((resolve, reject) => {
    const child = execFile(program, { maxBuffer: 2 ** 30 }, (error, stdout) =>
      error ? reject(error) : resolve(stdout),
    );
    child.stdin?.end(input);
  });
}
