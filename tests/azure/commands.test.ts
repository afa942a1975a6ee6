import { azureCli, cliVersion } from "./support/azure-cli.ts";
import { commandOf, extensionProblem, extensions } from "./support/extensions.ts";
import { commandsInBlocks, mentions, pagesWithAz } from "./support/pages.ts";
import { recordAz } from "./support/record.ts";

const cli = await azureCli();
if ("missing" in cli) process.stderr.write(`Skipped: the documents' az commands; ${cli.missing}.\n`);
const withCli = "missing" in cli ? describe.skip : describe;
const az = (args: string[]) => ("missing" in cli ? Promise.reject(new Error(cli.missing)) : cli.run(args));

const pages = await pagesWithAz();

/** Commands that do something else before they ask for a login; only their flags can be checked. */
const beforeLogin = ["version", "login", "extension add", "acr login"];

/** Nothing but the login may be missing: wrong arguments exit with 2, wrong values say something else. */
const onlyLoginIsMissing = { code: 1, output: "ERROR: Please run 'az login' to setup account." };

/** Does the CLI have this command, with these flags? */
async function expectInHelp(command: string, flags: string[]): Promise<void> {
  const { code, output } = await az([...command.split(" "), "--help"]);
  expect({ command, code }).toEqual({ command, code: 0 });
  const known = new Set(output.match(/(?<![\w-])--[a-z][a-z-]+/g));
  expect({ command, unknown: flags.filter((flag) => !known.has(flag)) }).toEqual({ command, unknown: [] });
}

/** Leaves out the calls of a loop that differ in values alone. */
function once(calls: string[][]): string[][] {
  const shape = (args: string[]) => `${commandOf(args)} ${args.filter((each) => each.startsWith("--"))}`;
  return [...new Map(calls.map((args) => [shape(args), args])).values()];
}

describe.each(pages)("the az commands of $name", (page) => {
  let calls: string[][];
  beforeAll(async () => {
    calls = page.name.endsWith(".md") ? await recordAz(page.text) : [];
  }, 60_000);

  test("are all reached when the page's blocks are typed in order", () => {
    const reached = calls.map((args) => args.join(" "));
    const written = commandsInBlocks(page.text);
    expect(written.filter((command) => !reached.some((each) => each.startsWith(command)))).toEqual([]);
  });

  test("follow the reference where they belong to an extension, and the page links to it", () => {
    for (const args of calls.filter(([group]) => group! in extensions)) {
      expect(extensionProblem(args)).toBeUndefined();
      expect(page.text).toContain(extensions[args[0]!]!.reference);
    }
  });

  withCli(`with azure-cli ${cliVersion}`, () => {
    test("lack nothing but a login", async () => {
      const problems: object[] = [];
      for (const args of once(calls)) {
        const command = commandOf(args);
        if (args[0]! in extensions) continue;
        if (beforeLogin.includes(command)) {
          await expectInHelp(
            command,
            args.filter((each) => each.startsWith("--")),
          );
          continue;
        }
        const outcome = await az(args);
        if (JSON.stringify(outcome) !== JSON.stringify(onlyLoginIsMissing)) problems.push({ args, outcome });
      }
      expect(problems).toEqual([]);
    }, 600_000);

    test("exist where they are only mentioned, with the flags that they are mentioned with", async () => {
      for (const { command, flags } of mentions(page))
        if (!(command.split(" ")[0]! in extensions)) await expectInHelp(command, flags);
    }, 600_000);
  });
});

withCli("the check itself", () => {
  test("fails for an unknown flag, value or command, a missing argument, and a name that Azure refuses", async () => {
    const create = ["aks", "create", "--resource-group", "r", "--name", "n"];
    for (const args of [
      [...create, "--enable-gateway-apis"],
      [...create, "--network-dataplane", "psyllium"],
      ["aks", "make", "--name", "n"],
      ["group", "create", "--name", "n"],
      ["acr", "build", "--registry", "no", "--image", "app:1", "."],
    ])
      expect(await az(args)).not.toEqual(onlyLoginIsMissing);
    expect(await az(create)).toEqual(onlyLoginIsMissing);
  }, 120_000);
});
