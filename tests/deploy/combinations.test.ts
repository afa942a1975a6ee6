import { execFile } from "node:child_process";
import { mkdtemp, rm, writeFile } from "node:fs/promises";
import { tmpdir } from "node:os";
import { join } from "node:path";
import { promisify } from "node:util";
import fc from "fast-check";
import {
  buildAll,
  buildFolders,
  buildOverlay,
  buildWith,
  find,
  parse,
  type Resource,
} from "./support/build.ts";
import {
  combinations,
  kubernetes,
  type Option,
  options,
  overlays,
  routings,
  storages,
  together,
} from "./support/combinations.ts";
import { customSchemas, kubernetesSchemas, tool } from "./support/tools.ts";

// The first run builds its tools.
const patience = 600_000;

/** The versions of Kubernetes whose schemas the manifests are held against: those that AKS supports. */
const kubernetesVersions = ["1.33.6", "1.34.3", "1.35.4"];

describe("the manifests", () => {
  let overlayYaml: string[];
  let combinationYaml: string[];

  beforeAll(async () => {
    overlayYaml = await buildFolders(overlays.map((name) => join(kubernetes, "overlays", name)));
    combinationYaml = await buildAll(combinations().map(({ components }) => components));
  }, patience);

  test("every overlay builds", () => {
    expect(overlays.sort()).toEqual([
      "aks",
      "aks-key-vault",
      "aks-managed",
      "aks-shared-files",
      "local",
      "local-shared-files",
    ]);
    for (const yaml of overlayYaml) expect(yaml).toContain("kind: Deployment");
  });

  test("every storage builds with every set of options, and with every routing", () => {
    expect(storages).toHaveLength(3);
    expect(routings).toHaveLength(3);
    expect(combinationYaml.length).toBeGreaterThan(250);
    for (const yaml of combinationYaml) expect(yaml).toContain("kind: Deployment");
  });

  test(
    "everything that is built is what Kubernetes, Dapr, KEDA, Gateway API and the secrets store take",
    async () => {
      const unique = new Set([...overlayYaml, ...combinationYaml].flatMap((yaml) => yaml.split(/^---\n/m)));
      expect(unique.size).toBeGreaterThan(80);
      for (const version of kubernetesVersions)
        await expect(validate([...unique], version)).resolves.toBe("");
    },
    patience,
  );

  test(
    "what they do not take is noticed",
    async () => {
      const wrong = "apiVersion: v1\nkind: Service\nmetadata: {name: a}\nspec: {prots: []}\n";
      for (const version of kubernetesVersions)
        await expect(validate([wrong], version)).resolves.toContain("prots");
    },
    patience,
  );

  test("each option is known to these tests, and has a README of one paragraph or two", async () => {
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
    "the order of the options does not change what is built",
    async () => {
      const anyOrder = fc
        .tuple(
          fc.subarray([...options], { minLength: 2 }).filter(together),
          fc.constantFrom(...routings),
          fc.constantFrom("storage/disk-per-replica", "storage/shared-files"),
        )
        .chain(([chosen, routing, storage]) => {
          const parts = [`routing/${routing}`, ...chosen.map((name) => `options/${name}`)];
          return fc.tuple(
            fc.constant<string[]>([storage, ...parts]),
            fc.shuffledSubarray(parts, { minLength: parts.length }),
          );
        });
      const cases = fc
        .sample(anyOrder, 60)
        .map(([usual, shuffled]): [string[], string[]] => [usual, [usual[0]!, ...shuffled]]);
      const late = (list: string[]) => list.indexOf("options/keda") < list.indexOf("options/autoscaling");
      const allowed = cases.filter(([, list]) => !list.includes("options/keda") || !late(list));
      expect(allowed.length).toBeGreaterThan(30);
      const built = await buildAll(allowed.flat());
      for (let index = 0; index < built.length; index += 2)
        expect([
          allowed[index / 2],
          documents(built[index + 1]!)
            .map(canonical)
            .sort(),
        ]).toEqual([allowed[index / 2], documents(built[index]!).map(canonical).sort()]);
    },
    patience,
  );

  test.each([
    [["keda", "autoscaling"], "options~1keda must come after options~1autoscaling"],
    [["observability", "azure-monitor"], "already registered id"],
  ] as [Option[], string][])("%s are refused in this order, with words", async (chosen, words) => {
    const parts = ["storage/disk-per-replica", ...chosen.map((name) => `options/${name}`)];
    await expect(buildAll([parts])).rejects.toThrow(words);
  });

  test("KEDA and an apply do not both say how many calculators there are", async () => {
    for (const before of [[], ["options/autoscaling"]]) {
      const { resources } = await buildWith(["storage/disk-per-replica", ...before, "options/keda"]);
      expect(find(resources, "Deployment", "calculator").spec.replicas).toBeUndefined();
      const scaled = find(resources, "ScaledObject", "calculator");
      // An autoscaler that options/autoscaling left in the cluster is taken over.
      expect(scaled.metadata.annotations["scaledobject.keda.sh/transfer-hpa-ownership"]).toBe("true");
      expect(scaled.spec.advanced.horizontalPodAutoscalerConfig.name).toBe("calculator");
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

/** A document without what an order may change: the order of volumes, mounts, containers and variables. */
const canonical = (document: string) =>
  JSON.stringify(parse(document)[0], (_key, value) =>
    Array.isArray(value) && value.every((each) => each?.name) && value.length > 1
      ? [...value].sort((one, two) => (one.name < two.name ? -1 : 1))
      : value && typeof value === "object" && !Array.isArray(value)
        ? Object.fromEntries(Object.entries(value).sort(([one], [two]) => (one < two ? -1 : 1)))
        : value,
  );

/** Holds documents against the schemas; what is wrong with them, or "". */
async function validate(texts: string[], version: string): Promise<string> {
  const [program, crds, schemas] = await Promise.all([
    tool("validate"),
    customSchemas(),
    kubernetesSchemas(version),
  ]);
  const folder = await mkdtemp(join(tmpdir(), "fib-validate-"));
  try {
    const file = join(folder, "all.yaml");
    await writeFile(file, texts.join("\n---\n"));
    const args = ["--local-crds", crds, "--local-schemas", schemas, file];
    await promisify(execFile)(program, args, { maxBuffer: 2 ** 28 });
    return "";
  } catch (error) {
    return String((error as { stderr?: string }).stderr ?? error);
  } finally {
    await rm(folder, { recursive: true, force: true });
  }
}
