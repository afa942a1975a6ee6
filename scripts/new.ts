import { relative, resolve } from "node:path";
import { oneMessage } from "./local/one-message.ts";
import { writeProject } from "./new/project.ts";

const usage = "Usage: npm run new -- ../orders\n  The folder to write; its name becomes the project's.";

/** `npm run new -- <folder>`: writes a project of your own, with this runtime and without Fibonacci. */
await oneMessage(async () => {
  const [folder, ...others] = process.argv.slice(2);
  if (!folder || folder.startsWith("-") || others.length > 0) throw new Error(usage);
  // npm changes to the clone first and tells where it was called.
  const here = process.env.INIT_CWD ?? process.cwd();
  const target = resolve(here, folder);
  const count = await writeProject(target);
  console.log(`Wrote ${count} files to ${target}. Next:

  cd ${relative(here, target) || target}
  npm start

README.md there says how to add a function.`);
});
