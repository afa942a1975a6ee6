import { components } from "../../shared/contracts/names.ts";
import { Report, reportKey } from "../../shared/contracts/orders.ts";
import { json, problem } from "../../shared/runtime/answers.ts";
import { onRequest } from "../../shared/runtime/functions.ts";
import { notFound } from "../../shared/runtime/problem.ts";
import type { Orders } from "../orders.ts";
import { later, orLater } from "../problems.ts";

/** `GET /report`: what the schedule `report` wrote last. */
export default ({ sidecar }: Orders) =>
  onRequest({
    name: "read-report",
    method: "GET",
    path: "/report",
    summary: "Read the last report.",
    answers: {
      200: json("The last 24 hours.", Report),
      404: problem("No report was written yet."),
      ...later,
    },
    async handle() {
      const found = await orLater(sidecar.getState<Report>(components.state, [reportKey]));
      const report = found.get(reportKey)?.value;
      if (!report) throw notFound("No report was written yet.");
      return { headers: { "cache-control": "no-store" }, body: report };
    },
  });
