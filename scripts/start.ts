import { buildAll } from "./build/build-all.ts";
import { findCli } from "./dapr/find-or-build.ts";
import { oneMessage } from "./local/one-message.ts";
import { runDapr } from "./start/dapr-run.ts";
import { readOptions } from "./start/options.ts";
import { prepare } from "./start/prepare.ts";
import { Stopping } from "./start/stopping.ts";
import { welcome } from "./start/welcome.ts";

/** `npm start`: provides what is missing, starts everything, and stays until it is told to stop. */
await oneMessage(async () => {
  const { portOffset, verbose, withoutCli } = readOptions(process.argv.slice(2));
  const say = (line: string) => console.log(line);
  const stopping = new Stopping(say);
  await stopping.run(async () => {
    const prepared = await prepare({ portOffset, build: buildAll, say, stopping });
    const cli = withoutCli ? undefined : await findCli();
    const apps = await stopping.unlessAsked(runDapr({ ...prepared, cli, verbose, say, stopping }));
    say(welcome(prepared.ports));
    await stopping.unlessAsked(apps.failed);
  });
});
// What was broken off half-way must not keep us.
process.exit();
