import { components } from "../../shared/contracts/names.ts";
import {
  hourKey,
  hourOf,
  type Report,
  reportKey,
  type ShippedInHour,
} from "../../shared/contracts/orders.ts";
import { onSchedule } from "../../shared/runtime/functions.ts";
import type { Orders } from "../orders.ts";

const hourMilliseconds = 3_600_000;
const reportedHours = 24;

/**
 * Every hour, in one replica of the cluster: writes the report of the last 24 hours.
 *
 * Twice: the report is written from what is stored, so a second run writes the same one.
 * Late: a tick that was missed is made up for by the next one, since a report looks back further than an hour.
 * Dying: the last report stays until the next tick; a lease in the state store keeps other replicas
 * from running in the same hour.
 */
export default ({ sidecar, reportSeconds }: Orders) =>
  onSchedule({
    name: "report",
    runs: { oncePerCluster: { everySeconds: reportSeconds, stateStore: components.state } },
    async handle({ log }) {
      const now = Date.now();
      const hours = Array.from({ length: reportedHours }, (_, ago) =>
        hourOf(new Date(now - ago * hourMilliseconds).toISOString()),
      );
      const found = await sidecar.getState<ShippedInHour>(components.state, hours.map(hourKey));
      const lines = hours.flatMap((hour) => {
        const quantities = Object.values(found.get(hourKey(hour))?.value.quantities ?? {});
        const quantity = quantities.reduce((sum, each) => sum + each, 0);
        return quantities.length > 0 ? [{ hour, orders: quantities.length, quantity }] : [];
      });
      const value: Report = { writtenAt: new Date(now).toISOString(), hours: lines };
      await sidecar.saveState(components.state, [{ key: reportKey, value }]);
      log.info({ hours: lines.length }, "report written");
    },
  });
