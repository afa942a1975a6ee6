import { buildAll } from "./build/build-all.ts";
import { oneMessage } from "./local/one-message.ts";

await oneMessage(async () => {
  const start = Date.now();
  await buildAll();
  console.log(`Built dist/ in ${((Date.now() - start) / 1000).toFixed(1)} s.`);
});
