import type { Replica } from "../../../scripts/local/replica.ts";
import type { Service } from "../../../scripts/local/service.ts";
import { waitFor } from "../../../scripts/local/wait-for.ts";
import { submit } from "../harness/clients.ts";
import { askRedis } from "../harness/connections.ts";
import { upperLimit, type World } from "../harness/world.ts";
import type { Fault } from "./fault.ts";

type Part = (world: World) => Service;

const api: Part = ({ system, random }) => random.pick(system.api).app;
const apiSidecar: Part = ({ system, random }) => random.pick(system.api).sidecar;
const calculator: Part = ({ system, random }) => random.pick(system.calculator).app;
const calculatorSidecar: Part = ({ system, random }) => random.pick(system.calculator).sidecar;

/** SIGKILL for single processes; the harness starts them again, as a cluster does. */
export const processFaults: Fault[] = [
  { name: "SIGKILL of the API in the middle of a burst", strike: (world) => killInBurst(world, api) },
  {
    name: "SIGKILL of the API's sidecar in the middle of a burst",
    strike: (world) => killInBurst(world, apiSidecar),
  },
  {
    name: "SIGKILL of the calculator in the middle of a burst",
    strike: (world) => costsACalculation(world, () => killInBurst(world, calculator)),
  },
  {
    name: "SIGKILL of the calculator's sidecar in the middle of a burst",
    strike: (world) => costsACalculation(world, () => killInBurst(world, calculatorSidecar)),
  },
  {
    name: "SIGKILL of the calculator that is in the middle of a long calculation",
    strike: (world) => costsACalculation(world, () => killWhileCalculating(world, ({ app }) => app)),
  },
  {
    name: "SIGKILL of its sidecar while the calculator is in the middle of a long calculation",
    strike: (world) => costsACalculation(world, () => killWhileCalculating(world, ({ sidecar }) => sidecar)),
  },
  {
    name: "SIGKILL of the API and its sidecar while a long calculation is under way",
    async strike(world) {
      await longCalculation(world);
      const replica = world.random.pick(world.system.api);
      await replica.kill();
      await replica.app.restart();
      await replica.sidecar.restart();
    },
  },
];

async function costsACalculation(world: World, strike: () => Promise<void>): Promise<void> {
  world.deaths += 1;
  await strike();
}

/** Kills when a chosen part of many submissions that were sent at once has been answered. */
async function killInBurst(world: World, choose: Part): Promise<void> {
  const { system, random, ledger } = world;
  const part = choose(world);
  const size = 150;
  const moment = random.between(0, size);
  let answered = 0;
  const burst = Array.from({ length: size }, async () => {
    await submit(random.pick(system.api).app.url, random.between(0, 9_000), ledger);
    answered += 1;
  });
  await waitFor("the moment to kill", () => answered >= moment, { everyMs: 1 });
  await part.kill();
  await Promise.all(burst);
  await part.restart();
}

/** Kills what belongs to the replica that holds the lease, while there is no value yet. */
async function killWhileCalculating(world: World, part: (replica: Replica) => Service): Promise<void> {
  const holder = await longCalculation(world);
  const victim = part(holder);
  await victim.kill();
  await victim.restart();
}

/** Begins a long calculation; returns the replica that works on it. */
async function longCalculation({ system, random, ledger }: World): Promise<Replica> {
  for (;;) {
    const index = random.between(upperLimit / 4, upperLimit / 2);
    await waitFor("a promise", async () => (await submit(system.apiUrl, index, ledger)) === 202);
    const pid = await waitFor(`a lease for ${index}`, () => holderOf(index), { everyMs: 2 });
    const holder = system.calculator.find(({ app }) => app.pid === pid);
    if (holder && !(await hasValue(index))) return holder;
  }

  /** A lease names its replica by host and process id. */
  async function holderOf(index: number): Promise<number | undefined> {
    const data = await askRedis(system, (command) =>
      command<string | null>("HGET", `fib||lease:${index}`, "data"),
    );
    if (data === null) return undefined;
    const { holder } = JSON.parse(data) as { holder: string };
    return Number(holder.split("/")[0]!.split("-").at(-1));
  }

  function hasValue(index: number): Promise<boolean> {
    return askRedis(system, async (command) => (await command("EXISTS", `fib||value:${index}`)) === 1);
  }
}
