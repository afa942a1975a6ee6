import { buildApps } from "./build/apps.ts";
import { oneMessage } from "./local/one-message.ts";
import { readOptions } from "./start/options.ts";
import { startProject } from "./start/project.ts";
import { Stopping } from "./start/stopping.ts";

/** `npm start`: provides what is missing, starts everything, and runs until it is asked to stop. */
await oneMessage(async () => {
  const options = readOptions(process.argv.slice(2), "npm start");
  const say = (line: string) => console.log(line);
  const stopping = new Stopping(say);
  await stopping.run(async () => {
    const project = await startProject({ ...options, env: {}, build: buildApps, say, stopping });
    say(project.welcome);
    const ended = [project.app, project.sidecar].map(async ({ name, running }) => {
      const { code, signal } = await running.ended;
      throw new Error(`${name} ended (${signal ?? `code ${code}`}), so everything is stopped.`);
    });
    await stopping.unlessAsked(Promise.race(ended));
  });
});
// A start that was broken off may still have timers.
process.exit();
