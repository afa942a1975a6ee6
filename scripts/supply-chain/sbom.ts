import { execFile } from "node:child_process";
import { mkdir, readFile, writeFile } from "node:fs/promises";
import { join } from "node:path";
import { fileURLToPath } from "node:url";
import { promisify } from "node:util";
import { cloneFolder } from "../local/folders.ts";
import { type Image, imageContents, packagesIn } from "./bundles.ts";
import { lockedPackages } from "./lock.ts";

/** The parts of a CycloneDX document that this script reads or changes; `npm sbom` writes the rest. */
export type Sbom = {
  bomFormat: string;
  specVersion: string;
  serialNumber: string;
  metadata: { component: Component };
  components: Component[];
  dependencies: { ref: string; dependsOn?: string[] }[];
};
type Component = {
  "bom-ref": string;
  type: string;
  name: string;
  version: string;
  purl: string;
  properties?: { name: string; value: string }[];
};

/** Describes every package of package-lock.json, the tools included; needs npm 10 and no network. */
export async function repositorySbom(): Promise<Sbom> {
  const args = ["sbom", "--sbom-format", "cyclonedx", "--sbom-type", "application", "--package-lock-only"];
  const npm = process.env.npm_execpath;
  const [command, before] = npm?.endsWith(".js") ? [process.execPath, [npm]] : ["npm", []];
  const { stdout } = await promisify(execFile)(command, [...before, ...args], {
    cwd: cloneFolder,
    maxBuffer: 2 ** 26,
  });
  const sbom = JSON.parse(stdout) as Sbom;
  // npm takes the name from the folder of the clone.
  const { name } = JSON.parse(await readFile(join(cloneFolder, "package.json"), "utf8")) as { name: string };
  Object.assign(sbom.metadata.component, {
    name,
    purl: `pkg:npm/${name}@${sbom.metadata.component.version}`,
  });
  return sbom;
}

/** Describes the packages that the programs of an image contain. Needs dist/. */
export async function imageSbom(image: Image, repository: Sbom): Promise<Sbom> {
  const paths = await packagesIn(image);
  const contained = (await lockedPackages()).filter(({ path }) => paths.has(path));
  const refs = new Set(contained.map(({ name, version }) => `${name}@${version}`));
  const components = repository.components
    .filter((component) => refs.has(component["bom-ref"]))
    // npm describes a package that tools use as well as a part of the tools alone.
    .map((component) => ({ ...component, scope: "required", properties: [] }));
  if (contained.length !== paths.size || components.length !== refs.size)
    throw new Error(`dist/ and package-lock.json do not agree on the packages of ${image}; build it again.`);
  const root = {
    ...repository.metadata.component,
    name: `fib-calculator-${image}`,
    purl: `pkg:npm/fib-calculator-${image}@${repository.metadata.component.version}`,
  };
  const dependencies = repository.dependencies
    .filter(({ ref }) => refs.has(ref) || ref === root["bom-ref"])
    .map(({ ref, dependsOn = [] }) => ({ ref, dependsOn: dependsOn.filter((each) => refs.has(each)) }));
  return {
    ...repository,
    serialNumber: `urn:uuid:${crypto.randomUUID()}`,
    metadata: { ...repository.metadata, component: root },
    components,
    dependencies,
  };
}

/** `npm run sbom -- FOLDER`: writes one document for the repository and one for each image. */
async function main(folder = "sbom"): Promise<void> {
  await mkdir(folder, { recursive: true });
  const write = async (name: string, sbom: Sbom) => {
    await writeFile(join(folder, `${name}.cdx.json`), `${JSON.stringify(sbom, null, 2)}\n`);
    console.log(`${join(folder, name)}.cdx.json: ${sbom.components.length} packages`);
  };
  const repository = await repositorySbom();
  await write("fib-calculator", repository);
  for (const image of Object.keys(imageContents) as Image[])
    await write(image, await imageSbom(image, repository));
}

if (process.argv[1] === fileURLToPath(import.meta.url)) await main(process.argv[2]);
