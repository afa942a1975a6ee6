/** The other end of calculation-threads.ts: calculates what it is asked, one index after another. */
import { parentPort } from "node:worker_threads";
import { fibonacciDigits } from "./fibonacci/digits.ts";

parentPort?.on("message", (index: number) => {
  const digits = fibonacciDigits(index, (fraction) => parentPort?.postMessage({ fraction }));
  parentPort?.postMessage({ digits }, [digits.buffer as ArrayBuffer]);
});
