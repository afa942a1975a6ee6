import { readdirSync, readFileSync } from "node:fs";
import { consoleCommands } from "../support/console-blocks.ts";
import { startTestLab } from "../support/lab.ts";

const folder = "docs/workshop";
const chapters = readdirSync(folder)
  .filter((file) => /^\d\d-.*\.md$/.test(file))
  .sort();
/** The last chapter changes the code: own-function.test.ts follows it in a copy. */
const followed = chapters.slice(0, -1);

describe("The workshop, followed from its first chapter on", () => {
  let lab: Awaited<ReturnType<typeof startTestLab>>;
  beforeAll(async () => {
    lab = await startTestLab();
  }, 600_000);
  afterAll(() => lab?.stop(), 90_000);

  test("has twelve chapters", () => expect(chapters).toHaveLength(12));

  describe.each(followed)("%s", (file) => {
    const commands = consoleCommands(readFileSync(`${folder}/${file}`, "utf8"));
    // One test a chapter: a command stands on the ones before it.
    if (commands.length > 0) {
      test(`${commands.length} commands print what it shows`, async () => {
        for (const command of commands) await lab.check(command);
      }, 240_000);
    }
  });
});
