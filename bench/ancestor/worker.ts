/** The baseline's worker: takes indexes off the list, one at a time, and puts their values into the hash. */
import { createClient } from "redis";

const redis = await createClient({ url: process.env.REDIS_URL! }).connect();

/** As fast as the workshop's function could be without being another design. */
function fibonacci(index: number): string {
  let [a, b] = [0n, 1n];
  for (let step = 0; step < index; step++) [a, b] = [b, a + b];
  return String(a);
}

while (true) {
  const taken = await redis.brPop("indexes", 0);
  if (taken) await redis.hSet("values", taken.element, fibonacci(Number(taken.element)));
}
