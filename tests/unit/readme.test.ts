import { existsSync, readdirSync, readFileSync } from "node:fs";
import { dirname, join } from "node:path";

const scripts = Object.keys(JSON.parse(readFileSync("package.json", "utf8")).scripts);

function pages(folder: string): string[] {
  return readdirSync(folder, { withFileTypes: true }).flatMap((entry) => {
    const path = join(folder, entry.name);
    if (entry.isDirectory()) return /^(node_modules|dist|template|\.)/.test(entry.name) ? [] : pages(path);
    return entry.name.endsWith(".md") ? [path] : [];
  });
}

describe.each(pages("."))("%s", (page) => {
  const text = readFileSync(page, "utf8");

  test("links to files that exist", () => {
    const links = [...text.matchAll(/\]\((?!https?:|#|mailto:)([^)#\s]+)/g)].map(([, link]) => link!);
    expect(links.filter((link) => !existsSync(join(dirname(page), link)))).toEqual([]);
  });

  test("names npm scripts that exist", () => {
    const named = [...text.matchAll(/npm run ([\w:-]+)/g)].map(([, name]) => name!);
    expect(named.filter((name) => !scripts.includes(name))).toEqual([]);
    for (const name of ["start", "test"]) expect(scripts).toContain(name);
  });

  test("names files of ours that exist", () => {
    const named = [
      ...text.matchAll(/`((?:apps|components|deploy|docs|scripts|tests|bench)\/[\w./-]+)`/g),
    ].map(([, path]) => path!);
    expect(named.filter((path) => !existsSync(path))).toEqual([]);
  });
});

test("The README lists every folder of the apps, and settings that the code reads", () => {
  const text = readFileSync("README.md", "utf8");
  for (const app of readdirSync("apps")) expect(text).toContain(`[apps/${app}](apps/${app})`);
  const config = readFileSync("apps/shared/runtime/config.ts", "utf8");
  const settings = text.split("## Settings")[1]!.split("##")[0]!;
  for (const [, name] of settings.matchAll(/^\| `(\w+)`/gm)) expect(config).toContain(`${name}:`);
});
