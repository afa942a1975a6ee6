import { readdirSync, readFileSync } from "node:fs";
import { dirname, join, normalize } from "node:path";

/** What each source file imports of our own files, types included. */
const files = ["apps", "scripts", "bench", "tests"].flatMap((folder) =>
  readdirSync(folder, { recursive: true, encoding: "utf8" })
    .filter((name) => /\.tsx?$/.test(name) && !name.endsWith(".d.ts"))
    .map((name) => join(folder, name)),
);
const imports = new Map(
  files.map((file) => {
    const source = readFileSync(file, "utf8");
    const paths = [...source.matchAll(/^(?:import|export)\b[^;]*?from "(\.[^"]+)"|^import "(\.[^"]+)"/gms)];
    return [file, paths.map(([, from, alone]) => normalize(join(dirname(file), (from ?? alone)!)))] as const;
  }),
);

/** Which folders a room may import from, besides itself. Longest match first. */
const directions: [room: string, may: string[]][] = [
  ["apps/shared/runtime/", []],
  ["apps/shared/contracts/", ["apps/shared/runtime/topic.ts"]],
  ["apps/calculator/fibonacci/", []],
  ["apps/calculator/", ["apps/shared/"]],
  ["apps/api/", ["apps/shared/"]],
  ["apps/web/", ["apps/shared/contracts/"]],
  // Takes its pictures with the browser of the page's tests.
  ["scripts/screenshots.ts", ["scripts/", "tests/e2e/"]],
  ["scripts/", []],
  ["bench/", ["apps/", "scripts/"]],
  ["tests/", ["apps/", "scripts/", "bench/"]],
];

describe("Imports point one way:", () => {
  test.each(directions)("%s imports only itself and %p", (room, may) => {
    const inside = files.filter((file) => directions.find(([each]) => file.startsWith(each))?.[0] === room);
    expect(inside.length).toBeGreaterThan(0);
    const wrong = inside.flatMap((file) =>
      imports
        .get(file)!
        .filter((target) => ![room, ...may].some((allowed) => target.startsWith(allowed)))
        .map((target) => `${file} → ${target}`),
    );
    expect(wrong).toEqual([]);
  });

  test("nothing in an app imports a function: the build finds them by their files", () => {
    const wrong = files
      .filter((file) => file.startsWith("apps/"))
      .flatMap((file) =>
        imports
          .get(file)!
          .filter((target) => /^apps\/\w+\/functions\//.test(target))
          .map((target) => `${file} → ${target}`),
      );
    expect(wrong).toEqual([]);
  });

  test("the page takes types and plain numbers of the contracts, which cost it nothing", () => {
    const costly = files
      .filter((file) => file.startsWith("apps/web/"))
      .flatMap((file) => {
        const source = readFileSync(file, "utf8");
        return [...source.matchAll(/^import (?!type)[^;]*?from "[./]*shared\/contracts\/([^"]+)"/gms)].map(
          ([, name]) => `${file} → ${name}`,
        );
      })
      .filter((each) => !each.endsWith("digits.ts"));
    expect(costly).toEqual([]);
  });

  test("no files import each other in a circle", () => {
    const done = new Set<string>();
    const circles: string[] = [];
    const visit = (file: string, path: string[]): void => {
      const at = path.indexOf(file);
      if (at !== -1) circles.push([...path.slice(at), file].join(" → "));
      if (at !== -1 || done.has(file)) return;
      for (const target of imports.get(file) ?? []) visit(target, [...path, file]);
      done.add(file);
    };
    for (const file of files) visit(file, []);
    expect(circles).toEqual([]);
  });
});
