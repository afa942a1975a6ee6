import { access, readFile } from "node:fs/promises";
import { join } from "node:path";
import { parse } from "yaml";
import { cloneFolder } from "../../scripts/local/folders.ts";
import { imagesInRepository } from "./support/images.ts";

const folder = join(cloneFolder, "deploy/images");
const text = await readFile(join(folder, "Dockerfile"), "utf8");
/** The instructions of each stage by its name, and what comes before the first. */
const [head = "", ...rest] = text.split(/^(?=FROM )/m);
const stages = new Map(rest.map((stage) => [/ AS (\w+)$/m.exec(stage)![1]!, stage]));
/** A stage, preceded by the one that it is built on. */
const whole = (name: string) =>
  (stages.get(name)!.startsWith("FROM app ") ? stages.get("app")! : "") + stages.get(name)!;

test("the Dockerfile has a target for each image", () => {
  expect([...stages.keys()]).toEqual(["build", "app", "api", "calculator", "web"]);
});

test("its base images are arguments with a version", () => {
  const defaults = [...head.matchAll(/^ARG (\w+_IMAGE)=(.+)$/gm)].map(([, , image]) => image!);
  expect(defaults).toHaveLength(2);
  for (const image of defaults) expect(image).toMatch(/^[a-z/-]+:\d[\d.]*-[a-z-]+$/);
  for (const [, from] of text.matchAll(/^FROM (\S+)/gm))
    expect(from === "app" || from!.startsWith("${")).toBe(true);
});

test("it can take what was built outside, without a network", () => {
  const steps = [...text.matchAll(/^RUN (.+)$/gm)].map(([, step]) => step!);
  expect(steps.length).toBeGreaterThan(1);
  for (const step of steps) expect(step).toMatch(/^\[ "\$BUILD" = prebuilt \] \|\| /);
  expect(text).toContain("COPY package.json dis[t] ./dist/");
});

test("it copies only what exists, and leaves out what no build needs", async () => {
  for (const [, paths] of text.matchAll(/^COPY (?!--from)(.+) \S+$/gm))
    for (const path of paths!.split(" ")) if (path !== "dis[t]") await access(join(cloneFolder, path));
  const ignored = (await readFile(join(folder, "Dockerfile.dockerignore"), "utf8")).split("\n");
  // The last one may hold files that only Redis' user can read, which would fail the build.
  for (const path of ["**/node_modules", ".git", "deploy/compose/data"]) expect(ignored).toContain(path);
});

describe.each(["api", "calculator", "web"])("the image of %s", (name) => {
  test("takes over what was built, and installs nothing", () => {
    expect(whole(name)).not.toMatch(/^(RUN|COPY \.)/m);
    expect(whole(name)).toMatch(/COPY --from=build/);
  });

  test("runs as a user that is not root, named by number, and receives signals itself", () => {
    expect(whole(name)).toMatch(/^USER [1-9]\d*:[1-9]\d*$/m);
    expect(whole(name)).toMatch(/^CMD \["(node|nginx)", /m);
  });

  test("says what it is", () => {
    for (const label of ["title", "description", "version", "revision", "licenses", "base.name"])
      expect(whole(name)).toContain(`org.opencontainers.image.${label}=`);
  });
});

describe("the list of tags that exist", () => {
  test("contains every public image that deploy/, docs/ and the README name", async () => {
    const list = parse(await readFile(join(folder, "tags.yaml"), "utf8")) as {
      images: Record<string, { source: string; tags: string[] }>;
    };
    const listed = Object.entries(list.images).flatMap(([image, { tags }]) =>
      tags.map((tag) => `${image}:${tag}`),
    );
    const named = await imagesInRepository(Object.keys(list.images));
    expect(
      [...named.keys()].filter((image) => !listed.includes(image)).map((image) => [image, named.get(image)]),
    ).toEqual([]);
  });
});
