import { imageContents, packagesIn } from "../../scripts/supply-chain/bundles.ts";
import { lockedPackages } from "../../scripts/supply-chain/lock.ts";
import { imagesOf, overlayNames, parsePins, render } from "../../scripts/supply-chain/manifests.ts";
import { imageSbom, repositorySbom, type Sbom } from "../../scripts/supply-chain/sbom.ts";
import { buildFolders } from "./support/build.ts";

const digest = "0123456789abcdef".repeat(4);
const build = async (folder: string) => (await buildFolders([folder]))[0]!;

describe("the software bills of materials", () => {
  let repository: Sbom;
  beforeAll(async () => {
    repository = await repositorySbom();
  });

  test("are CycloneDX and describe every locked package with its hash", async () => {
    expect(repository).toMatchObject({
      bomFormat: "CycloneDX",
      metadata: { component: { name: "fib-calculator" } },
    });
    const described = new Set(repository.components.map((each) => each["bom-ref"]));
    const expected = new Set((await lockedPackages()).map(({ name, version }) => `${name}@${version}`));
    expect([...expected].filter((each) => !described.has(each))).toEqual([]);
    expect([...described].filter((each) => !expected.has(each))).toEqual([]);
  });

  test.each(Object.keys(imageContents) as (keyof typeof imageContents)[])(
    "name what the programs of the image %s contain, and nothing that only builds or tests them or has an install script",
    async (image) => {
      const { components, metadata, dependencies } = await imageSbom(image, repository);
      const names = components.map(({ name }) => name);
      expect(metadata.component.name).toBe(`fib-calculator-${image}`);
      if (image !== "calculator") expect(names).toContain("preact");
      if (image !== "web") expect(names).toContain("pino");
      for (const tool of ["jest", "esbuild", "typescript", "@dapr/dapr"]) expect(names).not.toContain(tool);
      expect(dependencies.map(({ ref }) => ref)).toEqual(
        expect.arrayContaining(components.map((each) => each["bom-ref"])),
      );
      const paths = await packagesIn(image);
      const tools = (await lockedPackages()).filter(({ path, dev }) => dev && paths.has(path));
      expect(tools.map(({ path }) => path)).toEqual([]);
      const scripted = (await lockedPackages()).filter(
        (each) => each.hasInstallScript && paths.has(each.path),
      );
      expect(scripted.map(({ path }) => path)).toEqual([]);
    },
  );
});

describe("the rendered manifests", () => {
  const pinsFor = (images: string[]) =>
    parsePins(
      images
        .map((image) => `${image} registry.example/x/${image.replace(/:.*/, "")}@sha256:${digest}`)
        .join("\n"),
    );

  test("of every overlay name each image by digest", async () => {
    for (const overlay of await overlayNames()) {
      const images = await imagesOf(overlay, build);
      expect(images).toEqual(expect.arrayContaining([expect.stringMatching(/^fib-calculator-api:/)]));
      const yaml = await render(overlay, pinsFor(images), build);
      const rendered = [...yaml.matchAll(/^\s*(?:- )?image: (.*)$/gm)].map(([, image]) => image!);
      for (const image of rendered)
        expect(image).toMatch(/^registry\.example\/x\/[\w./-]+@sha256:[0-9a-f]{64}$/);
    }
  }, 600_000);

  test("are refused while one image has no digest", async () => {
    const [overlay] = await overlayNames();
    const images = await imagesOf(overlay!, build);
    await expect(render(overlay!, pinsFor(images.slice(1)), build)).rejects.toThrow(images[0]);
  }, 600_000);

  test("take pins of one form only", () => {
    expect(() => parsePins("redis:7.4 redis:7.4")).toThrow('got "redis:7.4 redis:7.4"');
    expect(() => parsePins(`redis:7.4 redis@sha256:${digest} more`)).toThrow("A pin must be");
    expect(parsePins(`redis:7.4 redis@sha256:${digest}\n`).size).toBe(1);
  });
});
