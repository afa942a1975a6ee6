/** The other end of calculation-threads.ts: calculates what it is asked, one index after another. */
import { parentPort } from "node:worker_threads";
import { timedDigits } from "./timed-digits.ts";

parentPort?.on("message", (index: number) => {
  const done = timedDigits(index, (fraction) => parentPort?.postMessage({ fraction }));
  parentPort?.postMessage({ done }, [done.digits.buffer as ArrayBuffer]);
});
