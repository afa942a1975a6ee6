import type { Settings } from "../settings.ts";
import type { Lab } from "./lab.ts";
import type { LoadPlan } from "./load-plan.ts";

/** Lets both sides compile what they run: an express app needs thousands of requests to get fast. */
export async function warmUp(
  { load, drained }: Lab,
  { inFlight, warmUpRequests }: Settings,
  plans: Record<string, RequestPlan>,
): Promise<void> {
  for (const plan of Object.values(plans)) {
    await load.run({ ...plan, inFlight, seconds: 30, most: warmUpRequests });
    await drained();
  }
}

type RequestPlan = Omit<LoadPlan, "inFlight" | "seconds">;

/** Requests a second that were answered well; a round with others does not count as a measurement. */
export async function requests(
  { load }: Lab,
  { inFlight, seconds }: Settings,
  plan: RequestPlan,
): Promise<number> {
  const result = await load.run({ ...plan, inFlight, seconds });
  const failed = Object.keys(result.failed);
  if (failed.length > 0) throw new Error(`${plan.path} answered ${JSON.stringify(result.failed)}`);
  return result.done / result.seconds;
}
