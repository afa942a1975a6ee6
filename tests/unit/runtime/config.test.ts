import { ConfigError, readConfig } from "../../../apps/shared/runtime/config.ts";

describe("Settings", () => {
  test("have defaults, and an empty variable is one that is not set", () => {
    expect(readConfig({ APP_PORT: "" })).toMatchObject({ appPort: 3000, upperLimit: 1_000_000 });
  });

  test("are read under the workshop's name, too", () => {
    expect(readConfig({ UPPERLIMIT: "90" }).upperLimit).toBe(90);
    expect(readConfig({ UPPERLIMIT: "90", UPPER_LIMIT: "80" }).upperLimit).toBe(80);
  });

  test("that are wrong are told all together, each by its name", () => {
    const read = () => readConfig({ APP_PORT: "99999", GRACE_SECONDS: "soon", LOG_LEVEL: "loud" });
    expect(read).toThrow(ConfigError);
    for (const name of ["APP_PORT=99999", "GRACE_SECONDS=soon", "LOG_LEVEL=loud"]) expect(read).toThrow(name);
  });

  test("keep the app on loopback unless HOST names another address", () => {
    expect(readConfig({}).host).toBe("127.0.0.1");
    expect(readConfig({ HOST: "::" }).host).toBe("::");
  });

  test("find the sidecar on its TCP port, or on its socket when a folder of sockets is named", () => {
    expect(readConfig({ DAPR_HTTP_PORT: "3501" }).sidecarAddress).toEqual({ host: "127.0.0.1", port: 3501 });
    const env = { DAPR_HTTP_PORT: "3501", DAPR_UNIX_DOMAIN_SOCKET: "/run/dapr", APP_ID: "api" };
    expect(readConfig(env).sidecarAddress).toEqual({ socketPath: "/run/dapr/dapr-api-http.socket" });
    expect(() => readConfig({ DAPR_UNIX_DOMAIN_SOCKET: "/run/dapr" })).toThrow(/needs APP_ID/);
  });

  test("name the replica after its host and process", () => {
    expect(readConfig({ HOSTNAME: "pod-1" }).replica).toBe(`pod-1-${process.pid}`);
    expect(readConfig({ HOSTNAME: "pod-1", REPLICA: "one" }).replica).toBe("one");
  });
});
