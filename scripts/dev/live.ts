import { type Build, type Builds, fingerprint } from "./builds.ts";
import type { CheckTypes } from "./check-types.ts";
import type { DevSystem } from "./dev-system.ts";
import type { AppName } from "./options.ts";

/** What a change goes through. */
export type LiveOptions = {
  builds: Builds;
  checkTypes: CheckTypes;
  system: DevSystem;
  watched: AppName[];
  /** The build that runs. */
  first: Build;
  say: (line: string) => void;
};

/**
 * Makes changes live: builds and checks types at the same time, and only when both went well puts
 * the new programs in place and starts them. Otherwise it says why, and what runs goes on.
 *
 * @returns what to call after a change
 */
export function makeLive(options: LiveOptions): (changed?: ReadonlySet<string>) => Promise<void> {
  const { builds, checkTypes, system, watched, first, say } = options;
  let good = first;
  let wrong = false;
  return async (changed) => {
    const from = performance.now();
    const building = builds.build().catch((error: Error) => error);
    // The first look, for what was saved while the system started: mostly nothing.
    if (!changed && same(good, await building)) return;
    const [built, types] = await Promise.all([building, checkTypes(changed)]);
    const problems = [built instanceof Error ? built.message : "", types].filter(Boolean);
    if (built instanceof Error || types) {
      say(`${problems.join("\n")}\nNot live: what ran before still runs.`);
      wrong = true;
      return;
    }
    const done: string[] = [];
    const restart = async (name: AppName) => {
      const before = good.programs.get(name)!;
      const after = built.programs.get(name)!;
      if (fingerprint(before) === fingerprint(after)) return;
      await builds.writeProgram(after);
      try {
        await system.restart(name);
        done.push(name);
      } catch (error) {
        say(`${(error as Error).message}\nNot live: the program before it is started again.`);
        await builds.writeProgram(before);
        built.programs.set(name, before);
        await system.restart(name);
      }
    };
    await Promise.all(watched.map(restart));
    if (watched.includes("api") && pageOf(good) !== pageOf(built)) {
      await builds.writePage(built.page);
      done.push("the page");
    }
    good = built;
    if (wrong && done.length === 0) say("No errors any more; what runs is what is saved.");
    wrong = false;
    if (done.length > 0)
      say(`Live: ${done.join(", ")} (${((performance.now() - from) / 1_000).toFixed(1)} s)`);
  };
}

function pageOf({ page }: Build): string {
  return fingerprint(page.map(({ path, contents }) => [path, contents]));
}

function same(good: Build, built: Build | Error): boolean {
  if (built instanceof Error || pageOf(good) !== pageOf(built)) return false;
  return [...good.programs].every(([name, files]) => {
    return fingerprint(files) === fingerprint(built.programs.get(name) ?? []);
  });
}
