import { createRequire } from "node:module";
import { host } from "../kernel/host.ts";
import type { Bundles } from "./build.ts";

/** Starts an app as the process whose turn it is. */
export type Program = () => void;

export interface Programs {
  api: Program;
  calculator: Program;
}

export interface EvaluateOptions {
  /**
   * Evaluate the code anew for each process, as real processes do. Costs ten times the time, and makes
   * no difference as long as the apps keep no state outside of what `run` is given.
   */
  separately?: boolean;
}

/**
 * Makes programs of the bundles.
 * @param root a file of the project, from which npm packages are found.
 */
export function createPrograms(
  bundles: Bundles,
  root: string,
  { separately = false }: EvaluateOptions = {},
): Programs {
  const require = createRequire(root);
  const contracts = { exports: {} as Record<string, unknown> };
  new Function("require", "module", "exports", bundles.contracts)(require, contracts, contracts.exports);
  const requireFor = (name: string) => {
    const [, contract] = name.match(/^contracts\/(.*)$/) ?? [];
    return contract ? contracts.exports[contract] : require(name);
  };
  const program = (text: string): Program => {
    const body = new Function("host", "require", "module", "exports", text);
    const evaluate = (): Program => {
      const module = { exports: {} as { starts: Program[] } };
      body(host, requireFor, module, module.exports);
      return module.exports.starts[0]!;
    };
    if (separately) return () => evaluate()();
    const start = evaluate();
    return () => start();
  };
  return { api: program(bundles.api), calculator: program(bundles.calculator) };
}
