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

  test("name the replica after its host and process", () => {
    expect(readConfig({ HOSTNAME: "pod-1" }).replica).toBe(`pod-1-${process.pid}`);
    expect(readConfig({ HOSTNAME: "pod-1", REPLICA: "one" }).replica).toBe("one");
  });
});
