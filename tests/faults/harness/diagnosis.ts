import { askPostgres, askRedis } from "./connections.ts";
import type { World } from "./world.ts";

/** What a person would look at first when a promise was broken: the store's own notes and the last lines of every process. */
export async function diagnosis(world: World): Promise<string> {
  const { system } = world;
  const notes = await askRedis(system, async (command) => {
    const state = async (key: string) => `${key}: ${await command<string>("HGET", `fib||${key}`, "data")}`;
    const groups = JSON.stringify(await command("XINFO", "GROUPS", "submitted"));
    const numbers = await askPostgres<{ number: string; position: string }>(
      system,
      "SELECT number, min(position) AS position FROM entries GROUP BY number ORDER BY 2",
    );
    const missing: string[] = [];
    for (const { number, position } of numbers) {
      if (missing.length === 10 || (await command<number>("EXISTS", `fib||value:${number}`)) === 1) continue;
      missing.push(`no value, position ${position}, ${await state(`lease:${number}`)}, now ${Date.now()}`);
    }
    return [...missing, await state("life"), await state("sweep"), `groups of submitted: ${groups}`];
  }).catch((error) => [`Redis: ${error}`]);
  const [entries] = await askPostgres(system, "SELECT count(*), max(position) FROM entries").catch(
    (error) => [{ error: String(error) }],
  );
  const tails = [...system.api, ...system.calculator].flatMap(({ app, sidecar }) => [
    `— ${app.name} (pid ${app.pid})\n${lastLines(app.tail(), 12)}`,
    `— ${sidecar.name}\n${lastLines(sidecar.tail(), 12)}`,
  ]);
  return [...notes, `entries: ${JSON.stringify(entries)}`, ...tails].join("\n");
}

const lastLines = (text: string, count: number) => text.split("\n").slice(-count).join("\n");
