import { request } from "node:http";
import { connect } from "node:net";
import { networkInterfaces } from "node:os";
import type { Project } from "./project.ts";

/** Tests that act as another container, another machine, or the API's own database role. */
export function neighbourTests(open: () => Project): void {
  const inspect = async (service: string) => {
    const { engine, compose } = open();
    return JSON.parse(await engine.docker("inspect", await compose("ps", "--quiet", service)))[0];
  };
  const each = async <Result>(find: (service: string) => Promise<Result>) =>
    Object.fromEntries(
      await Promise.all(
        (await open().running()).map(async (service) => [service, await find(service)] as const),
      ),
    );

  test("only nginx is published, on loopback", async () => {
    const ports = await each(async (service) =>
      Object.values(
        (await inspect(service)).NetworkSettings.Ports as Record<string, { HostIp: string }[] | null>,
      )
        .flatMap((bindings) => bindings ?? [])
        .map(({ HostIp }) => HostIp),
    );
    const { nginx, ...others } = ports;
    expect(nginx).toEqual(["127.0.0.1"]);
    expect(Object.values(others).flat()).toEqual([]);
    // As another machine would come.
    const outside = Object.values(networkInterfaces())
      .flatMap((addresses) => addresses ?? [])
      .filter(({ internal, family }) => !internal && family === "IPv4");
    const port = Number(new URL(open().url).port);
    for (const { address } of outside)
      expect([address, await connects(address, port)]).toEqual([address, false]);
    expect(await connects("127.0.0.1", port)).toBe(true);
  });

  test("a page whose name was rebound to this machine, or of another site, cannot enter values", async () => {
    const enter = (headers: Record<string, string>) =>
      statusOf(
        `${open().url}/api/values`,
        { "content-type": "application/json", ...headers },
        '{"index": 5}',
      );
    expect(await enter({ host: "attacker.example:3050" })).toBe(421);
    expect(await enter({ origin: "https://attacker.example", "sec-fetch-site": "cross-site" })).toBe(403);
    expect(await enter({ host: "localhost:3050" })).toBe(202);
  });

  test.each(["api", "calculator"])("nobody beside %s reaches the API of its sidecar", async (app) => {
    const container = (await inspect(`${app}-sidecar`)).Id;
    const sockets = await open().sh([`--network=container:${container}`], "cat /proc/net/tcp /proc/net/tcp6");
    const listening = [...sockets.matchAll(/^ *\d+: ([0-9A-F]+):[0-9A-F]{4} \S+ 0A /gm)].map(
      ([, address]) => address!,
    );
    // Loopback addresses, as the kernel writes them; 127.0.0.11 is Docker's name server.
    const loopback = /^(..00007F|0{24}01000000|0{16}FFFF0000..00007F)$/;
    expect(listening.filter((address) => !loopback.test(address))).toEqual([]);

    const mounts = await each(async (service) =>
      ((await inspect(service)).Mounts as { Destination: string; Name?: string }[]).map(({ Name }) => Name),
    );
    const sharing = Object.keys(mounts).filter((service) =>
      mounts[service]!.includes(`${open().name}_${app}-socket`),
    );
    expect(sharing.sort()).toEqual([app, `${app}-sidecar`]);
  });

  test("a container beside the API cannot act as its sidecar", async () => {
    const { engine, name } = open();
    const ask = `fetch("http://api:3000/dapr/subscribe").then(({status}) => console.log(status))`;
    const asked = await engine.docker(
      ..."run --rm --network".split(" "),
      `${name}_front`,
      "fib-calculator-api:0.1.0",
      "node",
      "-e",
      ask,
    );
    expect(asked).toBe("403");
  });

  test("nothing runs as root or could become it, and no image is writable", async () => {
    const users = await each(async (service) =>
      (await open().engine.docker("top", (await inspect(service)).Id, "-eo", "pid,uid,comm"))
        .split("\n")
        .slice(1)
        .map((line) => line.trim().split(/\s+/) as [pid: string, uid: string, command: string])
        // Docker runs health checks as the container's user, which Redis only starts as.
        .filter(([, , command]) => command !== "redis-cli")
        .map(([, uid]) => uid),
    );
    for (const [service, uids] of Object.entries(users))
      expect([service, uids.length > 0, uids.includes("0")]).toEqual([service, true, false]);
    const settings = await each(async (service) => (await inspect(service)).HostConfig);
    for (const [service, { ReadonlyRootfs, CapDrop, SecurityOpt, Privileged }] of Object.entries(settings))
      expect([service, ReadonlyRootfs, CapDrop, SecurityOpt, Privileged]).toEqual([
        service,
        true,
        ["ALL"],
        ["no-new-privileges:true"],
        false,
      ]);
  });

  describe("the API's database role", () => {
    /** Runs SQL as somebody who has a password and reaches the database. */
    const sql = (user: string, database: string, statement: string) =>
      open().engine.docker(
        ..."run --rm --env PGPASSWORD=compose --network".split(" "),
        `${open().name}_stores`,
        ..."postgres:17-bookworm psql --host postgres --no-psqlrc --tuples-only --no-align --username".split(
          " ",
        ),
        user,
        "--dbname",
        database,
        "--command",
        statement,
      );

    test("uses its own tables", async () => {
      const owners = await sql(
        "fib",
        "fib",
        "SELECT DISTINCT tableowner FROM pg_tables WHERE schemaname = 'public'",
      );
      expect(owners).toBe("fib");
    });

    test.each([
      ["run programs", "COPY (SELECT 1) TO PROGRAM 'id'", /permission denied|must be/],
      ["read files", "SELECT pg_read_file('/etc/passwd')", /permission denied/],
      ["write files", "COPY (SELECT 1) TO '/tmp/x'", /permission denied|must be/],
      ["make roles", "CREATE ROLE other LOGIN", /permission denied/],
      ["make databases", "CREATE DATABASE other", /permission denied/],
      ["become the superuser", "SET ROLE postgres", /permission denied/],
    ])("cannot %s", async (_what, statement, refusal) => {
      await expect(sql("fib", "fib", statement)).rejects.toThrow(refusal);
    });

    test("cannot enter another database, and the superuser cannot come over the network", async () => {
      await expect(sql("fib", "postgres", "SELECT 1")).rejects.toThrow(/permission denied/);
      await expect(sql("postgres", "fib", "SELECT 1")).rejects.toThrow(/password authentication failed/);
    });
  });
}

/** The status of a POST; fetch would not send a Host of our choice. */
function statusOf(url: string, headers: Record<string, string>, body: string): Promise<number | undefined> {
  return new Promise((resolve, reject) => {
    const sent = request(url, { method: "POST", headers }, (response) => {
      response.resume();
      resolve(response.statusCode);
    });
    sent.on("error", reject);
    sent.end(body);
  });
}

function connects(host: string, port: number): Promise<boolean> {
  return new Promise((resolve) => {
    const socket = connect({ host, port, timeout: 2_000 });
    const end = (result: boolean) => {
      socket.destroy();
      resolve(result);
    };
    socket.once("connect", () => end(true));
    socket.once("error", () => end(false));
    socket.once("timeout", () => end(false));
  });
}
