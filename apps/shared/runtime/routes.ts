import { match } from "path-to-regexp";
import type { RequestFunction } from "./functions.ts";
import { badRequest } from "./problem.ts";

export interface Route {
  function: RequestFunction;
  params: Record<string, string>;
}

/**
 * Finds the function for a method and a path. Paths without parameters come first, by
 * look-up; the others in the order given.
 * @throws HttpProblem 400 for a path with a broken % escape.
 */
export function createRoutes(functions: RequestFunction[]) {
  const fixed = new Map<string, Route>();
  const patterns: { method: string; fits: ReturnType<typeof match>; function: RequestFunction }[] = [];
  for (const each of functions) {
    if (/[:*{]/.test(each.path))
      patterns.push({ method: each.method, fits: match(each.path), function: each });
    else fixed.set(`${each.method} ${each.path}`, { function: each, params: {} });
  }

  return (method: string, path: string): Route | undefined => {
    const known = fixed.get(`${method} ${path}`);
    if (known) return known;
    for (const pattern of patterns) {
      if (pattern.method !== method) continue;
      try {
        const found = pattern.fits(path);
        if (found) return { function: pattern.function, params: found.params as Record<string, string> };
      } catch {
        throw badRequest("The path cannot be read.");
      }
    }
    return undefined;
  };
}
