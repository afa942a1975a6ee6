import { examine } from "./doctor/examine.ts";
import { table } from "./doctor/table.ts";
import { oneMessage } from "./local/one-message.ts";

/** `npm run doctor`: what this machine has, what a start would choose and why. Changes nothing. */
await oneMessage(async () => {
  const findings = await examine();
  console.log(table(findings));
  const missing = findings.filter(({ state }) => state === "missing");
  if (missing.length === 0) {
    console.log("\nnpm start can run here.");
    return;
  }
  console.log(`\nnpm start cannot run here: ${missing.map(({ part }) => part).join(", ")} missing.`);
  process.exitCode = 1;
});
process.exit();
