import type { LockedPackage } from "./lock.ts";
import { allowedInPrograms, allowedInTools, namedOtherwise } from "./policy.ts";

/**
 * What is wrong with the licences of these packages; empty when all are allowed.
 *
 * Binaries for other platforms have no licence in the lock file when the registry that it was
 * written with lacks them. They are parts of the package that lists them as optional dependencies,
 * and have its licence.
 */
export function licenceProblems(packages: LockedPackage[]): string[] {
  const problems: string[] = [];
  for (const { name, version, license, dev, optional } of packages) {
    const owner = packages.find((each) => each.optionalDependencies.includes(name));
    const effective = namedOtherwise[name] ?? license ?? (optional ? owner?.license : undefined);
    if (!effective) problems.push(`${name} ${version} has no licence in package-lock.json`);
    else if (!isAllowed(effective, dev ? allowedInTools : allowedInPrograms))
      problems.push(
        `${name} ${version} is licensed ${effective}, which ${dev ? "tools" : "programs"} may not use`,
      );
  }
  return problems;
}

/** Does the SPDX expression leave a choice in which every licence is allowed? Case does not matter. */
export function isAllowed(expression: string, allowed: string[]): boolean {
  const known = new Set(allowed.map((each) => each.toLowerCase()));
  const tokens = expression.toLowerCase().match(/\(|\)|[^\s()]+/g) ?? [];
  let at = 0;
  // OR binds less than AND; parentheses nest.
  const either = (): boolean => {
    let result = both();
    while (tokens[at] === "or") {
      at += 1;
      const right = both();
      result = result || right;
    }
    return result;
  };
  const both = (): boolean => {
    let result = one();
    while (tokens[at] === "and") {
      at += 1;
      const right = one();
      result = result && right;
    }
    return result;
  };
  const one = (): boolean => {
    const token = tokens[at++];
    if (token !== "(") return token !== undefined && known.has(token);
    const result = either();
    at += 1;
    return result;
  };
  return either() && at === tokens.length;
}
