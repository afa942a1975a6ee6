import { SidecarState } from "../../shared/contracts/http.ts";
import { json } from "../../shared/runtime/answers.ts";
import { onRequest } from "../../shared/runtime/functions.ts";
import { unavailable } from "../../shared/runtime/problem.ts";
import { later } from "../problems.ts";

/**
 * `GET /system/sidecar`: which components this replica's sidecar has loaded. Through Dapr's SDK, since the
 * runtime's own client does not wrap metadata; the first call loads the SDK.
 */
export default () =>
  onRequest({
    name: "read-sidecar",
    method: "GET",
    path: "/system/sidecar",
    summary: "What the sidecar of this replica says of itself.",
    access: "operator",
    answers: { 200: json("Its version and components.", SidecarState), ...later },
    async handle(_request, context) {
      const dapr = await context.daprClient;
      const metadata = (await dapr.metadata.get()) as unknown as Partial<SidecarState> & { id?: string };
      // Over HTTP the SDK resolves with an error instead of throwing it.
      if (!metadata.components) throw unavailable("The sidecar does not answer.");
      const { id = "", runtimeVersion, components } = metadata;
      const body: SidecarState = {
        appId: id,
        ...(runtimeVersion ? { runtimeVersion } : {}),
        components: components.map(({ name, type, version }) => ({ name, type, version })),
      };
      return { headers: { "cache-control": "no-store" }, body };
    },
  });
