/** Tests run as native ES modules; swc strips the types and checks nothing, which `npm run types` does. */
const shared = {
  extensionsToTreatAsEsm: [".ts", ".tsx"],
  transform: {
    "^.+\\.tsx?$": [
      "@swc/jest",
      {
        jsc: {
          target: "es2022",
          parser: { syntax: "typescript", tsx: true },
          transform: { react: { runtime: "automatic", importSource: "preact" } },
        },
        module: { type: "es6" },
      },
    ],
  },
};

/** A busy machine is no reason to fail. */
const patient = { ...shared, setupFilesAfterEnv: ["<rootDir>/tests/support/patience.ts"] };

export default {
  // A machine at work is slow: a test that hangs is told apart from one that waits for a core.
  testTimeout: 30_000,
  projects: [
    { ...patient, displayName: "unit", testMatch: ["<rootDir>/tests/unit/**/*.test.ts"] },
    ...[
      "simulation",
      "integration",
      "docs",
      "new",
      "faults",
      "e2e",
      "deploy",
      "engine",
      "azure",
      "cluster",
    ].map((name) => ({
      ...patient,
      displayName: name,
      testMatch: [`<rootDir>/tests/${name}/**/*.test.ts`],
    })),
  ],
};
