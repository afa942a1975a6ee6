import { execFile } from "node:child_process";
import { mkdir, mkdtemp, readdir, readFile, rm, writeFile } from "node:fs/promises";
import { tmpdir } from "node:os";
import { join, relative } from "node:path";
import { fileURLToPath } from "node:url";
import { promisify } from "node:util";
import { cloneFolder } from "../local/folders.ts";

const overlays = join(cloneFolder, "deploy/kubernetes/overlays");

/** Renders the kustomization of a folder as YAML. */
export type Build = (folder: string) => Promise<string>;

/** What to deploy for an image of the manifests: a full name with its digest. */
export type Pins = Map<string, string>;

/** The committed overlays; `mine` belongs to the person who made it. */
export async function overlayNames(): Promise<string[]> {
  const entries = await readdir(overlays, { withFileTypes: true });
  const names = entries.filter((entry) => entry.isDirectory()).map(({ name }) => name);
  return names.filter((name) => !name.startsWith("mine")).sort();
}

/** The images that an overlay deploys, in order, each once. */
export async function imagesOf(overlay: string, build: Build = kubectl): Promise<string[]> {
  return imagesIn(await build(join(overlays, overlay)));
}

/** Renders an overlay with pinned images. Throws when one of its images has no pin. */
export async function render(overlay: string, pins: Pins, build: Build = kubectl): Promise<string> {
  const folder = await mkdtemp(join(tmpdir(), "fib-manifests-"));
  try {
    const images = [...pins].map(([image, pinned]) => {
      const [newName, digest] = pinned.split("@");
      return { name: image.replace(/:[^:/]*$/, ""), newName, digest };
    });
    const kustomization = {
      apiVersion: "kustomize.config.k8s.io/v1beta1",
      kind: "Kustomization",
      resources: [relative(folder, join(overlays, overlay))],
      images,
    };
    await writeFile(join(folder, "kustomization.yaml"), JSON.stringify(kustomization));
    const yaml = await build(folder);
    const loose = imagesIn(yaml).filter((image) => !/@sha256:[0-9a-f]{64}$/.test(image));
    if (loose.length > 0)
      throw new Error(`The overlay ${overlay} has images without a digest: ${loose.join(", ")}.`);
    return yaml;
  } finally {
    await rm(folder, { recursive: true, force: true });
  }
}

/** Reads lines of "image pinned-image". Throws for a line that is anything else. */
export function parsePins(text: string): Pins {
  const pins: Pins = new Map();
  for (const line of text.split("\n").filter(Boolean)) {
    const [image, pinned, ...more] = line.split(" ");
    if (!image || more.length > 0 || !/^\S+@sha256:[0-9a-f]{64}$/.test(pinned ?? ""))
      throw new Error(`A pin must be "image name@sha256:digest"; got "${line}".`);
    pins.set(image, pinned!);
  }
  return pins;
}

const imagesIn = (yaml: string) => [
  ...new Set([...yaml.matchAll(/^\s*(?:- )?image: "?([^\s"]+)"?$/gm)].map(([, image]) => image!)),
];

async function kubectl(folder: string): Promise<string> {
  const { stdout } = await promisify(execFile)("kubectl", ["kustomize", folder], { maxBuffer: 2 ** 26 });
  return stdout;
}

/** `manifests.ts images` prints every image; `manifests.ts render FOLDER PINS` writes each overlay. */
async function main([command, folder, pinsFile]: string[]): Promise<void> {
  if (command === "images") {
    const all = new Set<string>();
    for (const name of await overlayNames()) for (const image of await imagesOf(name)) all.add(image);
    for (const image of [...all].sort()) console.log(image);
    return;
  }
  if (command !== "render" || !folder || !pinsFile)
    throw new Error('Use "manifests.ts images" or "manifests.ts render FOLDER PINS".');
  const pins = parsePins(await readFile(pinsFile, "utf8"));
  await mkdir(folder, { recursive: true });
  for (const name of await overlayNames())
    await writeFile(join(folder, `${name}.yaml`), await render(name, pins));
}

if (process.argv[1] === fileURLToPath(import.meta.url)) await main(process.argv.slice(2));
