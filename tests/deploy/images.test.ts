import { access, readdir, readFile } from "node:fs/promises";
import { join } from "node:path";
import { cloneFolder } from "../../scripts/local/folders.ts";

const folder = join(cloneFolder, "deploy/images");
const images = ["api", "calculator", "web"];

describe.each(images)("the Dockerfile of %s", (name) => {
  let text: string;
  let last: string;
  beforeAll(async () => {
    text = await readFile(join(folder, `${name}.Dockerfile`), "utf8");
    last = text.slice(text.lastIndexOf("\nFROM "));
  });

  test("names its bases as arguments, with a version", () => {
    const defaults = [...text.matchAll(/^ARG (\w+_IMAGE)=(.+)$/gm)].map(([, , image]) => image!);
    expect(defaults.length).toBeGreaterThan(0);
    for (const image of defaults) expect(image).toMatch(/^[a-z/-]+:\d[\d.]*-[a-z-]+$/);
    for (const [, from] of text.matchAll(/^FROM (\S+)/gm)) expect(from).toMatch(/^\$\{/);
  });

  test("builds in a stage of its own and takes single files over, no node_modules", () => {
    expect(last).not.toMatch(/^(RUN|COPY \.).*|COPY .*node_modules/m);
    expect(last).toMatch(/COPY --from=build/);
  });

  test("can take what was built outside, without a network", () => {
    const steps = [...text.matchAll(/^RUN (.+)$/gm)].map(([, step]) => step!);
    expect(steps.length).toBeGreaterThan(1);
    for (const step of steps) expect(step).toMatch(/^\[ "\$BUILD" = prebuilt \] \|\| /);
    expect(text).toContain("COPY package.json dis[t] ./dist/");
  });

  test("runs as a user that is no root, named by number", () => {
    expect(last).toMatch(/^USER [1-9]\d*:[1-9]\d*$/m);
  });

  test("says what it is", () => {
    for (const label of ["title", "description", "version", "revision", "licenses", "base.name"])
      expect(last).toContain(`org.opencontainers.image.${label}=`);
  });

  test("copies only what is there, and leaves out what no build needs", async () => {
    for (const [, paths] of text.matchAll(/^COPY (?!--from)(.+) \S+$/gm))
      for (const path of paths!.split(" ")) if (path !== "dis[t]") await access(join(cloneFolder, path));
    expect(await readFile(join(folder, `${name}.Dockerfile.dockerignore`), "utf8")).toContain("node_modules");
  });
});

test("every image has its Dockerfile, and every Dockerfile an image", async () => {
  const found = (await readdir(folder)).filter((name) => name.endsWith(".Dockerfile"));
  expect(found.sort()).toEqual(images.map((name) => `${name}.Dockerfile`).sort());
});
