import { jest } from "@jest/globals";
import { postgresFaults } from "./catalogue/postgres.ts";
import { processFaults } from "./catalogue/processes.ts";
import { redisFaults } from "./catalogue/redis.ts";
import { everythingHolds } from "./harness/evidence.ts";
import { isLong } from "./harness/settings.ts";
import { startWorld, type World } from "./harness/world.ts";

jest.setTimeout(400_000);

/** Each fault by itself, with the check after each. Only in the long form: the storm has them all. */
(isLong ? describe : describe.skip)("entries survive", () => {
  let world: World;
  beforeAll(async () => {
    world = await startWorld({ calculator: 2 });
  });
  afterAll(() => world?.stop());

  for (const fault of [...processFaults, ...redisFaults, ...postgresFaults]) {
    test(fault.name, async () => {
      process.stdout.write(`  ${new Date().toISOString().slice(11, 19)} ${fault.name}\n`);
      await world.underLoad(async () => {
        await world.promises(100);
        await fault.strike(world);
        await world.promises(100);
      });
      await everythingHolds(world);
    });
  }
});
