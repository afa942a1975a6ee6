import { settings, upperLimitOf } from "../../../apps/shared/contracts/settings.ts";
import { ConfigError, readConfig } from "../../../apps/shared/runtime/config.ts";

const read = (env: Record<string, string>) => readConfig(env, settings, "api");

describe("Settings", () => {
  test("have defaults, and an empty variable is one that is not set", () => {
    const { config, settings } = read({ APP_PORT: "" });
    expect(config).toMatchObject({ appPort: 3000, host: "127.0.0.1" });
    expect(upperLimitOf(settings)).toBe(1_000_000);
  });

  test("are read under the workshop's name, too", () => {
    expect(upperLimitOf(read({ UPPERLIMIT: "90" }).settings)).toBe(90);
    expect(upperLimitOf(read({ UPPERLIMIT: "90", UPPER_LIMIT: "80" }).settings)).toBe(80);
  });

  test("that are invalid are all reported together, the app's own among them, each by its name", () => {
    const bad = { APP_PORT: "99999", GRACE_SECONDS: "soon", LOG_LEVEL: "loud", UPPER_LIMIT: "many" };
    expect(() => read(bad)).toThrow(ConfigError);
    for (const [name, value] of Object.entries(bad)) expect(() => read(bad)).toThrow(`${name}=${value}`);
  });

  test("keep the app on loopback unless HOST names another address", () => {
    expect(read({}).config.host).toBe("127.0.0.1");
    expect(read({ HOST: "::" }).config.host).toBe("::");
  });

  test("name the replica after its host and process", () => {
    expect(read({ HOSTNAME: "pod-1" }).config.replica).toBe(`pod-1-${process.pid}`);
    expect(read({ HOSTNAME: "pod-1", REPLICA: "one" }).config.replica).toBe("one");
  });

  test("find the sidecar's socket in its folder, by the app's id, or its port", () => {
    expect(read({ DAPR_HTTP_PORT: "3501" }).config.sidecarAddress).toEqual({ host: "127.0.0.1", port: 3501 });
    expect(read({ DAPR_UNIX_DOMAIN_SOCKET: "/run/fib" }).config.sidecarAddress).toEqual({
      socketPath: "/run/fib/dapr-api-http.socket",
    });
  });

  test("allow only names of this machine while the app listens on loopback, and any elsewhere", () => {
    expect(read({}).config.allowedHosts).toEqual(["localhost", "*.localhost"]);
    expect(read({ HOST: "0.0.0.0" }).config.allowedHosts).toEqual(["*"]);
    expect(read({ ALLOWED_HOSTS: "a.example, b.example" }).config.allowedHosts).toEqual([
      "a.example",
      "b.example",
    ]);
  });
});
