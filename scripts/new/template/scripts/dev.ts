import { oneMessage } from "./local/one-message.ts";
import { isTaken } from "./local/ports.ts";
import { watchBuilds } from "./start/builds.ts";
import { readOptions } from "./start/options.ts";
import { startProject } from "./start/project.ts";
import { Stopping } from "./start/stopping.ts";

/** The usual port of Node's inspector. */
const inspectorPort = 9_229;

/** `npm run dev`: like `npm start`; a saved file below apps/ is built, checked and restarts the app. */
await oneMessage(async () => {
  const options = readOptions(process.argv.slice(2), "npm run dev");
  const say = (line: string) => console.log(line);
  const stopping = new Stopping(say);
  await stopping.run(async () => {
    const inspector = inspectorPort + options.portOffset;
    if (await isTaken(inspector))
      throw new Error(`Port ${inspector} (inspector) is taken by another program.`);
    const builds = await watchBuilds(say);
    stopping.later("the builds", () => builds.close());
    const project = await startProject({
      ...options,
      env: {
        NODE_OPTIONS: `--enable-source-maps --inspect=127.0.0.1:${inspector}`,
        // No balancer has to notice that the app restarts.
        NOTICE_SECONDS: "0",
        GRACE_SECONDS: "1",
      },
      // An attached debugger would hold an app that ends.
      stopDeadlineMs: 1_500,
      build: () => builds.first,
      say,
      stopping,
    });
    builds.onGood(async (seconds) => {
      await project.restart();
      say(`Live (built and checked in ${seconds.toFixed(1)} s).`);
    });
    say(`${project.welcome}\n\nInspector on 127.0.0.1:${inspector}. Watching apps/.`);
    await stopping.unlessAsked(new Promise<never>(() => {}));
  });
});
process.exit();
