import { join } from "node:path";
import { Builds } from "./dev/builds.ts";
import { typeChecker } from "./dev/check-types.ts";
import { inspectorPorts, startDevSystem } from "./dev/dev-system.ts";
import { makeLive } from "./dev/live.ts";
import { readDevOptions } from "./dev/options.ts";
import { watchSources } from "./dev/watch-sources.ts";
import { cloneFolder, localFolder } from "./local/folders.ts";
import { oneMessage } from "./local/one-message.ts";
import { isTaken } from "./local/ports.ts";
import { prepare } from "./start/prepare.ts";
import { Stopping } from "./start/stopping.ts";
import { welcome } from "./start/welcome.ts";

/** `npm run dev`: like `npm start`, and every saved file below apps/ is live a moment later. */
await oneMessage(async () => {
  const options = readDevOptions(process.argv.slice(2));
  const { portOffset, watched } = options;
  const say = (line: string) => console.log(line);
  const stopping = new Stopping(say);
  await stopping.run(async () => {
    const folder = join(localFolder(), "dev");
    const builds = await Builds.open(folder);
    stopping.later("the builds", () => builds.close());
    const checkTypes = await typeChecker(folder);
    const build = async () => {
      const built = await builds.build();
      await Promise.all([...built.programs.values()].map((files) => builds.writeProgram(files)));
      await builds.writePage(built.page);
      return built;
    };
    const building = build();
    building.catch(() => {});
    // Meanwhile: the first check looks at everything, so that the next ones are quick.
    const firstCheck = checkTypes();
    const prepared = await prepare({ portOffset, build: () => building, say, stopping });
    const first = await building;
    const inspectors = Object.entries(inspectorPorts(options));
    for (const [app, port] of inspectors) {
      if (await isTaken(port))
        throw new Error(`Port ${port} (${app}, inspector) is taken by another program.`);
    }
    const starting = startDevSystem({ prepared, options, programs: folder, say, stopping });
    const system = await stopping.unlessAsked(starting);
    say(welcome(prepared.ports));
    for (const [app, port] of inspectors) say(`  Inspector of ${app}  127.0.0.1:${port}`);

    const types = await stopping.unlessAsked(firstCheck);
    if (types) say(`${types}\nThe apps run all the same; no change is live until this is gone.`);
    const live = makeLive({ builds, checkTypes, system, watched, first, say });
    const end = watchSources(join(cloneFolder, "apps"), live);
    stopping.later("watching", async () => end());
    say("Watching apps/: a saved file is live in a moment.");
    await stopping.unlessAsked(new Promise<never>(() => {}));
  });
});
process.exit();
