/** Environment variables of the app, besides those of the runtime. Invalid values are all reported at startup. */
import { z } from "zod";

export const settings = {
  /** Seconds between two reports, 1 to 86400. components/report.yaml has to tick at least as often. */
  REPORT_SECONDS: z.coerce.number().int().min(1).max(86_400).default(3_600),
};
