import { readdir, readFile } from "node:fs/promises";
import { dirname, join, relative } from "node:path";
import { cloneFolder } from "../../../scripts/local/folders.ts";

const web = join(cloneFolder, "apps/web");
const contracts = join(cloneFolder, "apps/shared/contracts");

interface Import {
  /** Path below apps/web. */
  file: string;
  /** A package name, or a path relative to apps/web. */
  target: string;
  isFile: boolean;
  /** Erased by the build. */
  typeOnly: boolean;
}

async function readImports(): Promise<Import[]> {
  const files = (await readdir(web, { recursive: true })).filter((name) => /\.tsx?$/.test(name));
  const found = await Promise.all(
    files.map(async (file) => {
      const text = await readFile(join(web, file), "utf8");
      const statements = text.matchAll(/^(?:import|export)\s+(type\s)?(?:[^;]*?\sfrom\s+)?"([^"]+)"/gm);
      return [...statements].map(([, type, name]): Import => {
        const isFile = name!.startsWith(".");
        const target = isFile ? relative(web, join(web, dirname(file), name!)) : name!;
        return { file, target, isFile, typeOnly: type !== undefined };
      });
    }),
  );
  return found.flat();
}

const inContracts = ({ target }: Import) => join(web, target).startsWith(`${contracts}/`);
const inPage = ({ target, isFile }: Import) => isFile && !target.startsWith("..");
const say = ({ file, target }: Import) => `${file} imports ${target}`;

/** What the files of each folder may import from the page. */
const layers: Record<string, string[]> = {
  numbers: ["numbers"],
  adapters: ["adapters"],
  models: ["models", "numbers"],
  components: ["components", "models", "numbers", "adapters"],
};

describe("Imports of the page", () => {
  let imports: Import[];
  beforeAll(async () => {
    imports = await readImports();
    expect(imports.length).toBeGreaterThan(50);
  });

  test("the page imports its own files, the contracts and Preact, and nothing else", () => {
    const packages = ["preact", "preact/hooks", "@preact/signals"];
    const foreign = imports.filter(
      (one) => !(one.isFile ? inPage(one) || inContracts(one) : packages.includes(one.target)),
    );
    expect(foreign.map(say)).toEqual([]);
  });

  test("contracts are imported as types, except the constants in digits.ts, so that no validator is bundled", () => {
    const bundled = imports.filter((one) => one.isFile && inContracts(one) && !one.typeOnly);
    expect(bundled.filter(({ target }) => !target.endsWith("/digits.ts")).map(say)).toEqual([]);
  });

  test("layers point one way: components use models, models use numbers, and know adapters by type only", () => {
    const wrong = imports.filter((one) => {
      const [from, to] = [one.file.split("/")[0]!, one.target.split("/")[0]!];
      if (!inPage(one) || !layers[from]) return false;
      if (from === "models" && to === "adapters") return !one.typeOnly;
      return !layers[from].includes(to);
    });
    expect(wrong.map(say)).toEqual([]);
  });
});
