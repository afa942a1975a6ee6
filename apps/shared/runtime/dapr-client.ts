import { Agent } from "node:http";
import type { DaprClient } from "@dapr/dapr";
import type { RuntimeConfig } from "./config.ts";

/** The SDK's client of this app's own sidecar, made when the first function asks for it. */
export interface LazyDaprClient {
  get(): Promise<DaprClient>;
  /** Closes its connections, if it was ever made. */
  close(): Promise<void>;
}

/**
 * The import is the expensive part (about 50 MB and a quarter of a second of processor time), so that an
 * app whose functions never ask for the client never loads the SDK.
 */
export function lazyDaprClient(
  config: Pick<RuntimeConfig, "sidecarAddress" | "daprApiToken">,
): LazyDaprClient {
  let client: Promise<DaprClient> | undefined;
  return {
    get() {
      client ??= connect(config).catch((error) => {
        // Not kept: the next call tries again.
        client = undefined;
        throw error;
      });
      return client;
    },
    async close() {
      await (await client?.catch(() => undefined))?.stop();
    },
  };
}

async function connect({
  sidecarAddress,
  daprApiToken,
}: Pick<RuntimeConfig, "sidecarAddress" | "daprApiToken">) {
  const { CommunicationProtocolEnum, DaprClient } = await import("@dapr/dapr");
  const client = new DaprClient({
    communicationProtocol: CommunicationProtocolEnum.HTTP,
    daprHost: "127.0.0.1",
    daprPort: "port" in sidecarAddress ? String(sidecarAddress.port) : "80",
    ...(daprApiToken ? { daprApiToken } : {}),
    // Its own log lines are not ours; failures are thrown or returned to the caller.
    logger: { service: silent },
  });
  if ("socketPath" in sidecarAddress) {
    // The SDK has no option for a Unix domain socket. All its HTTP calls go through this agent of its
    // HTTP client class; tests/integration/sdk.test.ts shows on a real sidecar that they do.
    const http = client.daprClient.constructor as unknown as { httpAgent: Agent };
    http.httpAgent = new Agent({ keepAlive: true, socketPath: sidecarAddress.socketPath } as object);
  }
  return client;
}

const nothing = () => {};
const silent = { error: nothing, warn: nothing, info: nothing, verbose: nothing, debug: nothing };
