import { execFile } from "node:child_process";
import { mkdtemp, rm, writeFile } from "node:fs/promises";
import { tmpdir } from "node:os";
import { join } from "node:path";
import { promisify } from "node:util";
import { buildAll, buildFolders, buildOverlay, type Resource } from "./support/build.ts";
import { combinations, kubernetes, options, overlays, routings, storages } from "./support/combinations.ts";
import { customSchemas, tool } from "./support/tools.ts";

// The first run builds its tools.
const patience = 600_000;

/** Kubernetes' version whose schemas kubectl-validate holds. */
const kubernetesVersion = "1.30";

describe("the manifests", () => {
  let overlayYaml: string[];
  let combinationYaml: string[];

  beforeAll(async () => {
    overlayYaml = await buildFolders(overlays.map((name) => join(kubernetes, "overlays", name)));
    combinationYaml = await buildAll(combinations().map(({ components }) => components));
  }, patience);

  test("every overlay builds", () => {
    expect(overlays.sort()).toEqual(["aks", "aks-shared-files", "local", "local-shared-files"]);
    for (const yaml of overlayYaml) expect(yaml).toContain("kind: StatefulSet");
  });

  test("every storage builds with every set of options, and with every routing", () => {
    expect(storages).toHaveLength(2);
    expect(routings).toHaveLength(3);
    expect(combinationYaml.length).toBeGreaterThan(250);
    for (const yaml of combinationYaml) expect(yaml).toContain("kind: Deployment");
  });

  test(
    "everything that is built is what Kubernetes, Dapr, KEDA, Gateway API and the secrets store take",
    async () => {
      const unique = new Set([...overlayYaml, ...combinationYaml].flatMap((yaml) => yaml.split(/^---\n/m)));
      expect(unique.size).toBeGreaterThan(80);
      await expect(validate([...unique])).resolves.toBe("");
    },
    patience,
  );

  test(
    "what they do not take is noticed",
    async () => {
      const wrong = "apiVersion: v1\nkind: Service\nmetadata: {name: a}\nspec: {prots: []}\n";
      await expect(validate([wrong])).resolves.toContain("prots");
    },
    patience,
  );

  test("each option has its place in the order, and a README of one paragraph or two", async () => {
    const { readdir, readFile } = await import("node:fs/promises");
    expect((await readdir(join(kubernetes, "options"))).sort()).toEqual([...options].sort());
    const folders = [
      ...options.map((name) => `options/${name}`),
      ...storages.map((name) => `storage/${name}`),
      ...routings.map((name) => `routing/${name}`),
      "secrets/examples",
    ];
    for (const folder of folders) {
      const text = await readFile(join(kubernetes, folder, "README.md"), "utf8");
      expect(text.trim().split(/\n\n/).length).toBeLessThanOrEqual(3);
    }
  });

  test(
    "a routing adds objects of its own and changes nobody else's",
    async () => {
      const without = new Set(documents((await buildAll([["storage/disk-per-replica"]]))[0]!));
      for (const routing of routings) {
        const [yaml = ""] = await buildAll([["storage/disk-per-replica", `routing/${routing}`]]);
        const built = new Set(documents(yaml));
        for (const document of without) expect(built).toContain(document);
      }
    },
    patience,
  );

  test("the two ways of storing differ in Redis's storage alone", async () => {
    const names = ({ resources }: { resources: Resource[] }) =>
      resources.map(({ kind, metadata }) => `${kind}/${metadata.name}`).sort();
    const disks = names(await buildOverlay("aks"));
    const shared = names(await buildOverlay("aks-shared-files"));
    expect(shared.filter((name) => !disks.includes(name))).toEqual([
      "PersistentVolumeClaim/redis-shared-files",
      "StorageClass/fib-shared-files",
    ]);
    expect(disks.filter((name) => !shared.includes(name))).toEqual([]);
  });
});

const documents = (yaml: string) => yaml.split(/^---\n/m);

/** Holds documents against the schemas; what is wrong with them, or "". */
async function validate(texts: string[]): Promise<string> {
  const [program, crds] = await Promise.all([tool("validate"), customSchemas()]);
  const folder = await mkdtemp(join(tmpdir(), "fib-validate-"));
  try {
    const file = join(folder, "all.yaml");
    await writeFile(file, texts.join("\n---\n"));
    await promisify(execFile)(program, ["--local-crds", crds, "--version", kubernetesVersion, file]);
    return "";
  } catch (error) {
    return String((error as { stderr?: string }).stderr ?? error);
  } finally {
    await rm(folder, { recursive: true, force: true });
  }
}
