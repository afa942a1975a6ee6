import { readdirSync } from "node:fs";
import { join } from "node:path";
import { cloneFolder } from "../../../scripts/local/folders.ts";

/** The folder of the manifests. */
export const kubernetes = join(cloneFolder, "deploy/kubernetes");

const foldersIn = (path: string) =>
  readdirSync(join(kubernetes, path), { withFileTypes: true })
    .filter((entry) => entry.isDirectory() && entry.name !== "mine")
    .map(({ name }) => name);

/** What somebody can deploy as it is. */
export const overlays = foldersIn("overlays");
export const storages = foldersIn("storage");
export const routings = foldersIn("routing");

/** In the order in which an overlay names them: what takes something away comes last. */
export const options = [
  "observability",
  "autoscaling",
  "keda",
  "network-policies",
  "key-vault",
  "service-bus",
  "managed-postgres",
  "managed-redis",
] as const;
export type Option = (typeof options)[number];

/** Components that an overlay puts on the base. */
export type Combination = { name: string; components: string[] };

/** KEDA's triggers count the stream's entries in our own Redis. */
const together = (chosen: Option[]) =>
  !(chosen.includes("keda") && (chosen.includes("service-bus") || chosen.includes("managed-redis")));

/**
 * Every storage with every set of options, and every storage with every routing. A routing only adds
 * objects of its own, so it meets each set of options once, in turn.
 */
export function combinations(): Combination[] {
  const all: Combination[] = [];
  let turn = 0;
  for (let set = 0; set < 2 ** options.length; set++) {
    const chosen = options.filter((_, bit) => set & (1 << bit));
    if (!together(chosen)) continue;
    // Managed Redis has no storage of ours.
    for (const storage of chosen.includes("managed-redis") ? [undefined] : storages) {
      for (const routing of chosen.length ? [routings[turn++ % routings.length]!] : routings) {
        const parts = [
          ...(storage ? [`storage/${storage}`] : []),
          `routing/${routing}`,
          ...(chosen.includes("key-vault") ? [] : ["secrets/examples"]),
          ...chosen.map((option) => `options/${option}`),
        ];
        all.push({ name: parts.join(" + "), components: parts });
      }
    }
  }
  return all;
}
