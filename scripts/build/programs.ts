/** What is built from what. A thread is a program of its own: its worker loads it by file name. */
export const programs = {
  "api/main": "apps/api/main.ts",
  "calculator/main": "apps/calculator/main.ts",
  "calculator/calculation-thread": "apps/calculator/calculation-thread.ts",
};
