import { buildApps } from "./build/apps.ts";
import { oneMessage } from "./local/one-message.ts";

await oneMessage(async () => {
  const start = Date.now();
  await buildApps();
  console.log(`Built dist/ in ${((Date.now() - start) / 1000).toFixed(1)} s.`);
});
