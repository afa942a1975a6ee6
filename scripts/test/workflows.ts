import { copyFile, mkdtemp, rm } from "node:fs/promises";
import { tmpdir } from "node:os";
import { join } from "node:path";
import { findGo } from "../dapr/go-build.ts";
import { cloneFolder } from "../local/folders.ts";
import { runProgram } from "./run-step.ts";

/** Checks the GitHub workflows with actionlint, which Go builds from the module pinned in actionlint/. */
export async function checkWorkflows(say: (line: string) => void): Promise<void> {
  const go = await findGo();
  if (!go) return say("skipped: actionlint is built with Go, which is not installed");
  const source = join(cloneFolder, "scripts/test/actionlint");
  const work = await mkdtemp(join(tmpdir(), "fib-actionlint-"));
  try {
    for (const file of ["go.mod", "go.sum"]) await copyFile(join(source, file), join(work, file));
    const program = join(work, "actionlint");
    const flags = ["build", "-mod=readonly", "-buildvcs=false", "-o", program];
    await runProgram("go build", go, [...flags, "github.com/rhysd/actionlint/cmd/actionlint"], say, work);
    // It looks for .github/workflows in the folder where it runs.
    await runProgram("actionlint", program, ["-no-color"], say);
  } finally {
    await rm(work, { recursive: true, force: true });
  }
}
