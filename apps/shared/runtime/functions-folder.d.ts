/** `import functions from "functions:./functions"`: the default exports of a folder's files, by the build (scripts/build/functions-plugin.ts). */
declare module "functions:*" {
  import type { AppFunction } from "./functions.ts";

  // biome-ignore lint/suspicious/noExplicitAny: each app has parts of its own.
  const functions: ((parts: any) => AppFunction)[];
  export default functions;
}
