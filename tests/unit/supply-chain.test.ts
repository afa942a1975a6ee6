import { readdirSync, readFileSync } from "node:fs";
import { isAllowed, licenceProblems } from "../../scripts/supply-chain/licences.ts";
import { type LockedPackage, lockedPackages } from "../../scripts/supply-chain/lock.ts";
import { allowedInPrograms, installScriptReason, installScripts } from "../../scripts/supply-chain/policy.ts";

const packages = await lockedPackages();
const binariesWithoutHash = /^node_modules\/(@biomejs\/cli|@swc\/core|@unrs\/resolver-binding)-[\w-]+$/;
const some: LockedPackage = {
  path: "node_modules/some",
  name: "some",
  version: "1.0.0",
  license: "MIT",
  dev: false,
  optional: false,
  hasInstallScript: false,
  optionalDependencies: [],
};

describe("Licences", () => {
  test("of every locked package are allowed", () => {
    expect(packages.length).toBeGreaterThan(300);
    expect(licenceProblems(packages)).toEqual([]);
  });

  test("that are not allowed are reported, each with its package", () => {
    expect(licenceProblems([{ ...some, license: "GPL-3.0-only" }])).toEqual([
      "some 1.0.0 is licensed GPL-3.0-only, which programs may not use",
    ]);
    expect(licenceProblems([{ ...some, license: undefined }])).toHaveLength(1);
  });

  test("of tools may be more than those of programs", () => {
    expect(licenceProblems([{ ...some, license: "MPL-2.0" }])).toHaveLength(1);
    expect(licenceProblems([{ ...some, license: "MPL-2.0", dev: true }])).toEqual([]);
  });

  test("that a binary of another platform lacks are those of the package it belongs to", () => {
    const binary = { ...some, name: "some-arm", license: undefined, optional: true };
    const owner = { ...some, optionalDependencies: ["some-arm"] };
    expect(licenceProblems([binary, owner])).toEqual([]);
    expect(licenceProblems([binary, { ...owner, license: "GPL-3.0-only" }])).toHaveLength(2);
  });

  test.each([
    ["MIT", true],
    ["mit", true],
    ["(MIT OR GPL-3.0-only)", true],
    ["MIT AND GPL-3.0-only", false],
    ["(Apache-2.0 AND BSD-3-Clause)", true],
    ["(MIT OR Apache-2.0) AND GPL-2.0-only", false],
    ["MIT AND (GPL-2.0-only OR ISC)", true],
    ["", false],
    ["SEE LICENSE IN LICENSE.md", false],
    ["MIT OR", false],
  ])("are read as SPDX expressions: %s", (expression, allowed) => {
    expect(isAllowed(expression, allowedInPrograms)).toBe(allowed);
  });
});

describe("Install scripts", () => {
  test("belong to listed packages alone", () => {
    const unlisted = packages.filter((each) => each.hasInstallScript && !installScriptReason(each.name));
    expect(unlisted.map(({ name }) => name)).toEqual([]);
  });

  test("are listed for packages alone that have one", () => {
    const withScript = packages.filter((each) => each.hasInstallScript).map(({ name }) => name);
    for (const name of Object.keys(installScripts))
      expect(withScript.some((each) => each === name || (name.endsWith("/") && each.startsWith(name)))).toBe(
        true,
      );
  });

  test("run in no installation of ours", () => {
    const dockerfiles = readdirSync("deploy/images").filter((name) => name.endsWith("Dockerfile"));
    expect(dockerfiles.length).toBeGreaterThan(0);
    for (const name of dockerfiles)
      for (const [line] of readFileSync(`deploy/images/${name}`, "utf8").matchAll(
        /^.*npm (?:ci|install).*$/gm,
      ))
        expect(line).toContain("--ignore-scripts");
    expect(readFileSync("scripts/install.mjs", "utf8")).toContain("--ignore-scripts");
  });
});

describe("The lock file", () => {
  // The registry that the lock file was written with lacks some binaries of other platforms.
  test("names a hash for every package but some other platforms' binaries, so that npm refuses a changed one", () => {
    const { packages: entries } = JSON.parse(readFileSync("package-lock.json", "utf8"));
    const without = Object.entries<{ integrity?: string; optional?: boolean }>(entries)
      .filter(([path, { integrity }]) => path !== "" && !integrity?.startsWith("sha512-"))
      .filter(([path, { optional }]) => !(optional && binariesWithoutHash.test(path)))
      .map(([path]) => path);
    expect(without).toEqual([]);
  });

  test("fixes the version of every direct dependency in package.json too", () => {
    const { dependencies, devDependencies } = JSON.parse(readFileSync("package.json", "utf8"));
    for (const version of Object.values<string>({ ...dependencies, ...devDependencies }))
      expect(version).toMatch(/^\d+\.\d+\.\d+/);
  });
});
