import { access, mkdtemp, readdir, readFile, rm, writeFile } from "node:fs/promises";
import { dirname, join, resolve } from "node:path";
import { cloneFolder } from "../../scripts/local/folders.ts";
import { runToEnd } from "../../scripts/local/process.ts";
import { cliVersion } from "../azure/support/azure-cli.ts";
import { buildFolders, buildOverlay, find, parse, type Resource } from "./support/build.ts";
import { kubernetes } from "./support/combinations.ts";

const docs = join(cloneFolder, "docs/deploy");
const pages = [
  ...(await readdir(docs)).map((name) => join(docs, name)),
  join(cloneFolder, "docs/security.md"),
];
const readmes = (await readdir(join(cloneFolder, "deploy"), { recursive: true }))
  // deploy/observability belongs to the workshop's chapter about it.
  .filter((name) => name.endsWith("README.md") && !name.startsWith("observability"))
  .map((name) => join(cloneFolder, "deploy", name));

/** The shell blocks of a page, in order. */
const blocks = (text: string) => [...text.matchAll(/```sh\n([\s\S]*?)```/g)].map(([, block]) => block!);

describe.each([...pages, ...readmes].map((page) => page.slice(cloneFolder.length + 1)))("%s", (page) => {
  let text: string;
  beforeAll(async () => {
    text = await readFile(join(cloneFolder, page), "utf8");
  });

  test("links to what is there", async () => {
    for (const [, link] of text.matchAll(/\]\((?!https?:)([^)#]+)[^)]*\)/g))
      await access(resolve(cloneFolder, dirname(page), link!));
  });

  test("names files of the repository that are there", async () => {
    for (const [path] of text.matchAll(/(?<!tests\/|\]\()\b(deploy|docs)\/[\w./-]*\w/g)) {
      if (path.includes("/mine")) continue;
      // The Dockerfiles stand in a loop over the apps.
      if (path === "deploy/images") continue;
      await access(join(cloneFolder, path));
    }
  });

  test("holds commands that the shell can read", async () => {
    for (const block of blocks(text))
      await runToEnd({ name: "bash -n", command: "bash", args: ["-n", "-c", block] });
  });
});

describe("the way to AKS", () => {
  let text: string;
  beforeAll(async () => {
    text = await readFile(join(docs, "aks.md"), "utf8");
  });

  test("goes from az group create to az group delete, in numbered steps", () => {
    const steps = [...text.matchAll(/^## (\d+)\. /gm)].map(([, number]) => Number(number));
    expect(steps).toEqual(steps.map((_, index) => index + 1));
    expect(text.indexOf("az group create")).toBeLessThan(text.indexOf("az aks create"));
    expect(text.indexOf("az aks create")).toBeLessThan(text.indexOf("helm upgrade --install dapr"));
    expect(text.indexOf("helm upgrade --install dapr")).toBeLessThan(
      text.indexOf("kubectl apply --kustomize"),
    );
    expect(text.indexOf("kubectl apply --kustomize")).toBeLessThan(text.indexOf("az group delete"));
  });

  test("pins Dapr, at the version that the tests run", async () => {
    expect(text).toContain("helm upgrade --install dapr dapr/dapr --version $DAPR_VERSION");
    expect(text).toContain("--auto-upgrade-minor-version false --version $DAPR_VERSION");
    const version = /DAPR_VERSION=(\S+)/.exec(text)![1];
    expect(await readFile(join(cloneFolder, "scripts/dapr/daprd/go.mod"), "utf8")).toContain(
      `github.com/dapr/dapr v${version}`,
    );
    expect(await readFile(join(cloneFolder, "deploy/compose/docker-compose.yaml"), "utf8")).toContain(
      `daprio/daprd:${version}`,
    );
  });

  test("sets the context's namespace before the first command that relies on it, in every variation", () => {
    const namespaced = /^(?:kubectl create secret|kubectl rollout|kubectl apply --kustomize)/m;
    for (const start of [text.indexOf("## 5. "), text.indexOf("## Managed services")]) {
      const from = text.slice(start);
      const context = from.indexOf("kubectl config set-context --current --namespace fib-calculator");
      expect(context).toBeGreaterThan(0);
      expect(context).toBeLessThan(namespaced.exec(from)!.index);
    }
    // Key Vault replaces the secrets of step 6, not the block that sets the context.
    const [first, second] = blocks(text.slice(text.indexOf("## 6. "), text.indexOf("## 7. ")));
    expect(first).toContain("kubectl config set-context");
    expect(second).toContain("create secret generic postgres-secret");
  });

  test("imports each third-party image that its overlay takes from the registry, with the tag of the manifests", async () => {
    const { yaml } = await buildOverlay("aks");
    const images = new Set(
      [...yaml.matchAll(/image: (redis|postgres):(\S+)/g)].map(([, name, tag]) => `${name}:${tag}`),
    );
    expect(images.size).toBe(2);
    for (const image of images) {
      expect(text).toContain(`--source docker.io/library/${image} --image ${image}`);
      expect(text).toContain(`{ name: ${image.split(":")[0]}, newName: $REGISTRY/${image.split(":")[0]} }`);
    }
  });

  test("makes every Secret that the example has, with the same keys, and again for the managed services", async () => {
    const examples = parse(await readFile(join(kubernetes, "secrets/examples/secrets.yaml"), "utf8"));
    for (const part of [text, text.slice(text.indexOf("## Managed services"))])
      for (const { metadata, stringData } of examples) {
        const command = new RegExp(`create secret generic ${metadata.name}((?:.*\\\\\\n)*.*)`).exec(
          part,
        )![1]!;
        for (const key of Object.keys(stringData)) expect(command).toContain(`--from-literal=${key}=`);
      }
  });

  test("puts every secret into the vault that the Key Vault option reads", async () => {
    const providers = await readFile(join(kubernetes, "options/key-vault/providers.yaml"), "utf8");
    for (const [, name] of providers.matchAll(/objectName: ([\w-]+)$/gm))
      expect(text).toContain(`put ${name} `);
  });

  test("its overlays build as the page writes them, with its images", async () => {
    const mine = await mkdtemp(join(kubernetes, "overlays/mine-test-"));
    const write = async (block: string) => {
      const script = block.replaceAll("deploy/kubernetes/overlays/mine", mine);
      const setting =
        "REGISTRY=registry.example TAG=1.2.3 VAULT=vault CLIENT_ID=client; az() { echo tenant; }";
      await runToEnd({ name: "bash", command: "bash", args: ["-c", `${setting}\n${script}`] });
      return parse((await buildFolders([mine]))[0]!);
    };
    try {
      await runToEnd({ name: "mkdir", command: "mkdir", args: ["-p", join(mine, "images")] });
      const heredocs = [
        ...text.matchAll(/^cat > deploy\/kubernetes\/overlays\/mine\/kustomization[\s\S]*?\nEND\n/gm),
      ];
      const images = /^cat > deploy\/kubernetes\/overlays\/mine\/images[\s\S]*?\nEND\n/m.exec(text)![0];
      const built: Resource[][] = [];
      for (const [block] of heredocs) built.push(await write(`${images}\n${block}`));
      const [plain, vault, managed, ...more] = built;
      expect(more).toEqual([]);
      for (const each of [plain!, vault!, managed!]) {
        const image = find(each, "Deployment", "api").spec.template.spec.containers[0].image;
        expect(image).toBe("registry.example/fib-calculator-api:1.2.3");
      }
      const redis = find(plain!, "StatefulSet", "redis-statefulset").spec.template.spec.containers[0].image;
      expect(redis).toMatch(/^registry\.example\/redis:\d/);
      expect(find(vault!, "SecretProviderClass", "dapr-tokens").spec.parameters).toMatchObject({
        clientID: "client",
        keyvaultName: "vault",
        tenantId: "tenant",
      });
      expect(JSON.stringify(vault)).not.toContain("set-by-your-overlay");
      expect(managed!.filter(({ kind }) => kind === "StatefulSet")).toEqual([]);
    } finally {
      await rm(mine, { recursive: true, force: true });
    }
  }, 600_000);

  test("says for each step where it was executed, or that it was not", () => {
    const table = text.slice(text.indexOf("| what | last executed |"));
    const rows = table
      .split("\n")
      .filter((line) => line.startsWith("| "))
      .slice(2);
    expect(rows.length).toBeGreaterThan(5);
    for (const row of rows)
      expect(row).toMatch(/\| (not executed|every test run \(`[\w/]+`\)|\d+ \w+ \d{4}) \|/);
  });

  test("names the oldest CLI that has its flags, and the version that the tests run", () => {
    expect(text).toContain("Azure CLI 2.86 or newer");
    expect(text).toContain(`Azure CLI ${cliVersion}`);
  });
});

describe("check.sh", () => {
  /** A kubectl that knows nothing but these answers, by the beginning of its arguments. */
  const withKubectl = async (answers: Record<string, string>) => {
    const folder = await mkdtemp("/tmp/fib-check-");
    const cases = Object.entries(answers).map(
      ([start, answer]) => `"${start}"*) echo '${answer}'; exit 0 ;;`,
    );
    await writeFile(
      join(folder, "kubectl"),
      `#!/bin/sh\n[ "$1" = --namespace ] && shift 2\ncase "$*" in\n${cases.join("\n")}\nesac\nexit 1\n`,
      { mode: 0o755 },
    );
    try {
      const env = { ...process.env, PATH: `${folder}:${process.env.PATH}` };
      const check = join(cloneFolder, "deploy/check.sh");
      // It ends with 1 when something is wrong; what it said is what counts here.
      return await runToEnd({
        name: "check",
        command: "bash",
        args: ["-c", `${check}; echo "exit $?"`],
        env,
      });
    } finally {
      await rm(folder, { recursive: true });
    }
  };

  test("without a cluster it says how to reach one, and ends", async () => {
    const output = await withKubectl({});
    expect(output).toMatch(/WRONG {3}kubectl reaches no cluster\n.*az aks get-credentials[\s\S]*exit 1$/);
  });

  test("it names the step that was missed: Dapr, the namespace", async () => {
    const output = await withKubectl({ version: "v1", "config current-context": "aks" });
    expect(output).toMatch(/WRONG {3}Dapr is not installed\n.*step 4/);
    expect(output).toMatch(/WRONG {3}there is no namespace fib-calculator\n.*step 6/);
    expect(output).toMatch(/2 wrong\.\nexit 1$/);
  });

  test("it tells a missing Secret, an example where a real one should be, and a sidecar that keeps capabilities", async () => {
    const output = await withKubectl({
      version: "v1",
      "config current-context": "aks",
      "get crd": "crd",
      "get namespace fib-calculator --output jsonpath": "restricted",
      "get namespace": "namespace/fib-calculator",
      "get component.dapr.io": "component",
      "get secret redis-secret": Buffer.from("example-redis").toString("base64"),
      "get secret app-api-token": Buffer.from("4f1d").toString("base64"),
      "get deployment dapr-": "",
    });
    expect(output).toContain("WRONG   redis-secret holds the example that everybody can read");
    expect(output).toContain("WRONG   the Secret postgres-secret has no connectionString");
    expect(output).toContain("ok      the Secret app-api-token has token");
    expect(output).toContain("WRONG   the sidecars keep capabilities");
    expect(output).toContain("WRONG   nothing leads from outside to the page");
  });

  test("every step that it names is in the page", async () => {
    const text = await readFile(join(cloneFolder, "deploy/check.sh"), "utf8");
    const page = await readFile(join(docs, "aks.md"), "utf8");
    for (const [, number] of text.matchAll(/step (\d+)/g)) expect(page).toContain(`\n## ${number}. `);
  });
});
