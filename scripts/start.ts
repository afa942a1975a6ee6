import { buildAll } from "./build/build-all.ts";
import { findCli, findOrBuildDapr } from "./dapr/find-or-build.ts";
import { localFolder } from "./local/folders.ts";
import { oneMessage } from "./local/one-message.ts";
import { requireFreePorts } from "./start/check-ports.ts";
import { runDapr } from "./start/dapr-run.ts";
import { claimFolder } from "./start/folder-claim.ts";
import { readOptions } from "./start/options.ts";
import { portsFrom } from "./start/ports-from.ts";
import { providePostgres } from "./start/provide-postgres.ts";
import { provideRedis } from "./start/provide-redis.ts";
import { writeRunFiles } from "./start/run-files.ts";
import { Stopping } from "./start/stopping.ts";
import { welcome } from "./start/welcome.ts";

/** `npm start`: provides what is missing, starts everything, and stays until it is told to stop. */
await oneMessage(async () => {
  const options = readOptions(process.argv.slice(2));
  const say = (line: string) => console.log(line);
  const folder = localFolder();
  const stopping = new Stopping(say);
  await stopping.run(async () => {
    const claim = await claimFolder(folder, say);
    stopping.later("the claim", () => claim.release());
    const ports = await portsFrom("dapr.yaml", options.portOffset);
    await requireFreePorts(ports, options.portOffset);

    const [dapr] = await stopping.unlessAsked(Promise.all([findOrBuildDapr(say), buildAll()]));
    const redis = await stopping.unlessAsked(
      provideRedis({ folder, offset: options.portOffset, say, stopping, claim }),
    );
    const postgres = await stopping.unlessAsked(
      providePostgres({ folder, offset: options.portOffset, say, stopping, claim }),
    );
    // Once more: building Dapr may have taken minutes, and whoever came meanwhile would answer for us.
    await requireFreePorts(ports, options.portOffset);
    const cli = options.withoutCli ? undefined : await findCli();
    const file = await writeRunFiles({ folder, ports, dapr, redis, postgres });
    const apps = await stopping.unlessAsked(
      runDapr({ dapr, cli, file, ports, folder, verbose: options.verbose, say, stopping, claim }),
    );
    say(welcome(ports));
    await stopping.unlessAsked(apps.failed);
  });
});
// What was broken off half-way must not keep us.
process.exit();
