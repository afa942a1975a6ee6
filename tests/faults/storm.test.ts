import { jest } from "@jest/globals";
import { postgresFaults } from "./catalogue/postgres.ts";
import { processFaults } from "./catalogue/processes.ts";
import { redisFaults } from "./catalogue/redis.ts";
import { everythingHolds } from "./harness/evidence.ts";
import { inForm } from "./harness/settings.ts";
import { startWorld, type World } from "./harness/world.ts";

jest.setTimeout(900_000);

/** All faults, one after the other in an order that the seed chooses, on two replicas of each app. */
describe("nothing accepted is lost, nothing is calculated twice", () => {
  let world: World;
  beforeAll(async () => {
    world = await startWorld({ api: 2, calculator: 2 });
  });
  afterAll(() => world?.stop());

  const rounds = Array.from({ length: inForm(1, 2) }, (_, at) => at + 1);
  test.each(rounds)("in a storm of faults, and nobody has to help (%d)", async () => {
    const faults = world.random.shuffled([...processFaults, ...redisFaults, ...postgresFaults]);
    await world.underLoad(async () => {
      for (const fault of faults) {
        process.stdout.write(`  ${new Date().toISOString().slice(11, 19)} ${fault.name}\n`);
        await fault.strike(world);
        await world.promises(10);
      }
    });
    process.stdout.write(`  ${world.ledger}\n`);
    await everythingHolds(world);
  });
});
