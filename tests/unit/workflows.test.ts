import { existsSync, readdirSync, readFileSync } from "node:fs";
import { parse } from "yaml";

const folder = ".github/workflows";
const workflows = readdirSync(folder).map((name) => ({
  name,
  text: readFileSync(`${folder}/${name}`, "utf8"),
}));
type Workflow = {
  permissions?: Record<string, string>;
  jobs: Record<string, { permissions?: Record<string, string> }>;
};

describe.each(workflows)("The workflow $name", ({ text }) => {
  const { permissions, jobs } = parse(text) as Workflow;
  const writes = Object.values(jobs).some((job) => Object.values(job.permissions ?? {}).includes("write"));

  test("may only read, except in jobs that say what they write", () => {
    expect(permissions).toBeDefined();
    expect(Object.values(permissions!).filter((each) => each !== "read" && each !== "none")).toEqual([]);
  });

  test("installs packages without their scripts", () => {
    for (const [line] of text.matchAll(/^.*\bnpm (?:ci|install)\b.*$/gm))
      expect(line).toContain("--ignore-scripts");
  });

  if (writes || text.includes("secrets."))
    test("takes actions by commit, since it holds secrets and somebody may move a tag", () => {
      const uses = [...text.matchAll(/^.*\buses: .*$/gm)].map(([line]) => line);
      expect(uses.length).toBeGreaterThan(0);
      for (const line of uses) expect(line).toMatch(/@[0-9a-f]{40} # v\d/);
    });

  test("names only files that exist", () => {
    // "$image" stands for each image in turn.
    for (const [path] of text.matchAll(/\b(?:deploy|docs|scripts)\/[\w./$-]*\w/g))
      for (const image of ["api", "calculator", "web"])
        expect({ path, exists: existsSync(path.replace("$image", image)) }).toEqual({ path, exists: true });
  });
});
