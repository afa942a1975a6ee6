import { CommunicationProtocolEnum, DaprClient } from "@dapr/dapr";
import { submitted } from "../../apps/shared/contracts/events.ts";
import { components } from "../../apps/shared/contracts/names.ts";
import { connectSidecar, type SidecarClient } from "../../apps/shared/runtime/sidecar-client.ts";
import { type System, startSystem } from "../../scripts/local/system.ts";

/**
 * Our small client of the sidecar beside Dapr's own: the same data, so that a function of
 * somebody who uses the SDK fits in; and the differences for which ours exists
 * (docs/decisions).
 */
describe("Our client of the sidecar and Dapr's SDK", () => {
  let system: System;
  let ours: SidecarClient;
  let sdk: DaprClient;

  beforeAll(async () => {
    system = await startSystem();
    const { http } = system.api[0]!.sidecar.ports;
    ours = connectSidecar({ sidecarAddress: { host: "127.0.0.1", port: http }, daprApiToken: undefined });
    sdk = new DaprClient({
      daprHost: "127.0.0.1",
      daprPort: String(http),
      communicationProtocol: CommunicationProtocolEnum.HTTP,
      logger: { service: { error() {}, warn() {}, info() {}, verbose() {}, debug() {} } },
    });
  });
  afterAll(async () => {
    await sdk?.stop();
    await system?.stop();
  });

  test("read what the other saved", async () => {
    await ours.saveState(components.state, [{ key: "sdk:ours", value: { digits: "2880067194370816120" } }]);
    await sdk.state.save(components.state, [{ key: "sdk:theirs", value: { digits: "13" } }]);
    const theirs = await sdk.state.getBulk(components.state, ["sdk:ours"]);
    expect(theirs).toMatchObject([{ key: "sdk:ours", data: { digits: "2880067194370816120" } }]);
    const found = await ours.getState(components.state, ["sdk:ours", "sdk:theirs", "sdk:absent"]);
    expect([...found].map(([key, { value }]) => [key, value])).toEqual([
      ["sdk:ours", { digits: "2880067194370816120" }],
      ["sdk:theirs", { digits: "13" }],
    ]);
  });

  test("differ where a publish fails: the SDK resolves with an error inside, ours throws", async () => {
    const resolved = await sdk.pubsub.publish(components.pubsub, "no-such-topic", { submissions: [] });
    expect(resolved.error).toBeDefined();
    await expect(
      ours.publish({ ...submitted, name: "no-such-topic" }, { submissions: [] }),
    ).rejects.toMatchObject({ status: 403 });
  });

  test("differ on etags: ours knows the version it read, and a write that names an old one is refused", async () => {
    const key = "sdk:etag";
    await ours.saveState(components.state, [{ key, value: { version: 1 }, firstWrite: true }]);
    const { etag } = (await ours.getState(components.state, [key])).get(key)!;
    await ours.saveState(components.state, [{ key, value: { version: 2 }, firstWrite: true, etag }]);
    const late = ours.saveState(components.state, [{ key, value: { version: 3 }, firstWrite: true, etag }]);
    await expect(late).rejects.toMatchObject({ status: 409 });
    await expect(
      ours.saveState(components.state, [{ key, value: { version: 4 }, firstWrite: true }]),
    ).rejects.toMatchObject({ status: expect.any(Number) });
    expect((await ours.getState(components.state, [key])).get(key)?.value).toEqual({ version: 2 });
  });

  test("publish on the same topic to the same functions", async () => {
    const id = "01a208c8-7037-742a-b52f-f3794a588573";
    const submissions = [{ id, index: 12, submittedAt: new Date().toISOString() }];
    expect(await sdk.pubsub.publish(components.pubsub, submitted.name, { submissions })).toEqual({});
    await ours.publish(submitted, { submissions });
  });
});
