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

/** Any order will do, but that KEDA has to come after autoscaling. */
export const options = [
  "observability",
  "azure-monitor",
  "autoscaling",
  "keda",
  "network-policies",
  "cilium-local-dns",
  "key-vault",
  "service-bus",
  "managed-postgres",
  "managed-redis",
] as const;
export type Option = (typeof options)[number];

/** Components that an overlay puts on the base. */
export type Combination = { name: string; components: string[] };

/**
 * Whether options can be taken together. KEDA's triggers count the stream's entries in our own Redis,
 * azure-monitor includes observability, and cilium-local-dns is an exception to network-policies.
 */
export const together = (chosen: readonly Option[]) =>
  !(chosen.includes("keda") && (chosen.includes("service-bus") || chosen.includes("managed-redis"))) &&
  !(chosen.includes("observability") && chosen.includes("azure-monitor")) &&
  !(chosen.includes("cilium-local-dns") && !chosen.includes("network-policies"));

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
    // These two touch nothing that others touch: a few sets are enough.
    if (chosen.length > 3 && chosen.some((each) => each === "azure-monitor" || each === "cilium-local-dns"))
      continue;
    // Managed Redis has no storage of ours.
    for (const storage of chosen.includes("managed-redis") ? [undefined] : storages) {
      // It differs from shared-files in a setting and a class.
      if (storage === "shared-files-smb" && chosen.length > 1) continue;
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
