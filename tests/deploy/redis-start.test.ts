import { mkdtemp, readdir, readlink, rm, stat, writeFile } from "node:fs/promises";
import { tmpdir } from "node:os";
import { join } from "node:path";
import { waitFor } from "../../scripts/local/wait-for.ts";
import { canRunRedisPods, type RedisPods, redisPods } from "./support/redis-pods.ts";

const patience = 120_000;
const able = await canRunRedisPods();
const whereAble = able ? describe : describe.skip;

let pods: RedisPods;
const write = (key: string, value: string) => pods.ask(0, `SET ${key} ${value}`);
const arrives = (ordinal: number, key: string, value: string) =>
  waitFor(`${key} at ordinal ${ordinal}`, async () => (await pods.get(ordinal, key)) === value);

whereAble.each([
  ["a disk for each replica", {}, false],
  ["shared files", { REDIS_REPLICAS: "nothing" }, true],
  ["shared files with snapshots", { REDIS_REPLICAS: "nothing", REDIS_PERSISTENCE: "rdb" }, true],
])("the start script, %s", (_layout, env, share) => {
  beforeEach(async () => {
    pods = await redisPods(env as Record<string, string>, share);
  });
  afterEach(() => pods.stop(), patience);

  test(
    "ordinal 0 takes the writes, the others have them too and take none",
    async () => {
      for (const ordinal of [0, 1, 2]) await pods.start(ordinal);
      expect(await write("value:40", "102334155")).toContain("+OK");
      for (const ordinal of [1, 2]) {
        await arrives(ordinal, "value:40", "102334155");
        expect(await pods.ask(ordinal, "SET value:41 1")).toContain("-READONLY");
      }
      expect(await pods.ask(0, "INFO replication")).toMatch(/role:master[\s\S]*connected_slaves:2/);
    },
    patience,
  );

  test(
    "the replicas answer and stay ready while the master is away, and follow it when it is back",
    async () => {
      const [master] = [await pods.start(0), await pods.start(1), await pods.start(2)];
      await write("before", "1");
      for (const ordinal of [1, 2]) await arrives(ordinal, "before", "1");
      await master.stop();
      for (const ordinal of [1, 2]) {
        await waitFor("a lost master", async () =>
          (await pods.ask(ordinal, "INFO replication")).includes("master_link_status:down"),
        );
        expect(await pods.get(ordinal, "before")).toBe("1");
        expect(await pods.probe(ordinal, "ready")).toBe(true);
        expect(await pods.probe(ordinal, "alive")).toBe(true);
      }
      await pods.start(0);
      expect(await pods.get(0, "before")).toBe("1");
      await write("after", "2");
      for (const ordinal of [1, 2]) {
        await arrives(ordinal, "after", "2");
        expect(await pods.get(ordinal, "before")).toBe("1");
      }
    },
    patience,
  );

  test(
    "a master that lost its disk does not start while a replica has keys",
    async () => {
      const master = await pods.start(0);
      await pods.start(1);
      await pods.start(2);
      for (let index = 0; index < 10; index++) await write(`key:${index}`, "kept");
      // Ready is before the first write flows: a master waits up to a second for a new replica's word.
      for (const ordinal of [1, 2]) await arrives(ordinal, "key:9", "kept");
      await master.kill();
      await rm(pods.data(0), { recursive: true });

      const refused = await pods.launch(0);
      expect(await refused.ended).toEqual({ code: 1, signal: null });
      expect(refused.tail()).toMatch(/REFUSED.*10 keys/);
      for (const ordinal of [1, 2]) expect(await pods.get(ordinal, "key:0")).toBe("kept");

      // Unless a person says so.
      const word = await mkdtemp(join(tmpdir(), "fib-begin-anew-"));
      await writeFile(join(word, "yes"), "");
      await pods.start(0, { REDIS_BEGIN_ANEW: word });
      await rm(word, { recursive: true });
      await waitFor("replicas as empty as their master", async () =>
        (await pods.ask(1, "DBSIZE")).includes(":0"),
      );
    },
    patience,
  );

  test(
    "growing from three to five and shrinking to two loses nothing",
    async () => {
      const running = [await pods.start(0), await pods.start(1), await pods.start(2)];
      await write("first", "1");
      for (const ordinal of [3, 4]) {
        running[ordinal] = await pods.start(ordinal);
        expect(await pods.get(ordinal, "first")).toBe("1");
      }
      await write("second", "2");
      for (const ordinal of [4, 3, 2]) {
        await running[ordinal]!.stop();
        // Not killed, though it had only just copied the master.
        expect(await running[ordinal]!.ended).toEqual({ code: 0, signal: null });
      }
      expect(await pods.get(0, "first")).toBe("1");
      await arrives(1, "second", "2");
    },
    patience,
  );

  test(
    "a rolling update, the master last, keeps every write that was acknowledged",
    async () => {
      const running = [await pods.start(0), await pods.start(1), await pods.start(2)];
      const acknowledged: string[] = [];
      let updating = true;
      const writer = (async () => {
        for (let index = 0; updating; index++) {
          if ((await write(`n:${index}`, String(index))).includes("+OK\r\n+OK"))
            acknowledged.push(`n:${index}`);
        }
      })();
      for (const ordinal of [2, 1, 0]) {
        await running[ordinal]!.stop();
        running[ordinal] = await pods.start(ordinal);
      }
      updating = false;
      await writer;
      expect(acknowledged.length).toBeGreaterThan(20);
      for (const ordinal of [0, 1, 2]) {
        await arrives(ordinal, acknowledged.at(-1)!, acknowledged.at(-1)!.slice(2));
        const answer = await pods.ask(ordinal, ...acknowledged.map((key) => `GET ${key}`));
        for (const key of acknowledged) expect(answer).toContain(`\r\n${key.slice(2)}\r\n`);
      }
    },
    patience,
  );

  test(
    "after a restart a consumer group's lag is what it has not read, and stays so",
    async () => {
      const master = await pods.start(0);
      const lag = async () => /\$3\r\nlag\r\n:(\d+)/.exec(await pods.ask(0, "XINFO GROUPS events"))?.[1];
      const add = () => pods.ask(0, "XADD events * data x");
      const read = () => pods.ask(0, "XREADGROUP GROUP app one COUNT 1 STREAMS events >");
      await pods.ask(0, "XGROUP CREATE events app 0 MKSTREAM");
      for (let event = 0; event < 3; event++) await add().then(read);
      await pods.ask(0, "BGREWRITEAOF");
      await waitFor("a rewritten file", async () =>
        (await pods.ask(0, "INFO persistence")).includes("aof_rewrite_in_progress:0"),
      );
      for (let event = 0; event < 4; event++) await add().then(read);
      for (let event = 0; event < 2; event++) await add();
      expect(await lag()).toBe("2");
      await master.stop();
      await pods.start(0);
      expect(await lag()).toBe("2");
      await read();
      expect(await lag()).toBe("1");
    },
    patience,
  );

  test(
    "nobody without the password is let in",
    async () => {
      await pods.start(0);
      expect(await pods.ask(0, "AUTH wrong", "PING")).toContain("-WRONGPASS");
    },
    patience,
  );

  test(
    "a replica that never saw its master is alive but not ready",
    async () => {
      const replica = await pods.launch(1);
      await waitFor("its answer", () => pods.probe(1, "alive"));
      expect(await pods.probe(1, "ready")).toBe(false);
      await replica.stop();
    },
    patience,
  );

  if (share) {
    test(
      "only the master leaves files in the share",
      async () => {
        const master = await pods.start(0);
        for (const ordinal of [1, 2]) await pods.start(ordinal);
        await write("key", "value");
        for (const ordinal of [1, 2]) await arrives(ordinal, "key", "value");
        // What would make a server write its data down: copying it anew, and ending.
        await master.stop();
        await pods.start(0);
        await write("key", "other");
        for (const ordinal of [1, 2]) await arrives(ordinal, "key", "other");
        for (const ordinal of [0, 1, 2]) await pods.ask(ordinal, "SHUTDOWN");
        await waitFor("the master's files", async () => (await pods.files(0)).length > 0);
        expect(await pods.files(1)).toEqual([]);
        expect(await pods.files(2)).toEqual([]);
      },
      patience,
    );
  }

  if ((env as Record<string, string>).REDIS_PERSISTENCE !== "rdb") {
    test(
      "a master that was killed has everything that it acknowledged",
      async () => {
        const master = await pods.start(0);
        for (let index = 0; index < 50; index++) await write(`key:${index}`, "kept");
        await master.kill();
        await pods.start(0);
        expect(await pods.ask(0, "DBSIZE")).toContain(":50");
      },
      patience,
    );
  }

  test(
    "a second master on the same folder waits until the first one is gone",
    async () => {
      const first = await pods.start(0);
      await write("key", "kept");
      // What a forced deletion does: the next pod starts while the last one still runs.
      const second = await pods.launch(0);
      await waitFor("its waiting for the lock", async () =>
        (await readlinks(second.pid)).some((path) => path === join(pods.data(0), "lock")),
      );
      await write("late", "kept");
      expect(await pods.get(0, "late")).toBe("kept");
      expect(second.tail()).toBe("");
      await first.stop();
      await waitFor("the second one", () => pods.probe(0, "ready"));
      expect([await pods.get(0, "key"), await pods.get(0, "late")]).toEqual(["kept", "kept"]);
      expect(second.hasEnded()).toBe(false);
    },
    patience,
  );
});

whereAble("the start script", () => {
  beforeEach(async () => {
    pods = await redisPods();
  });
  afterEach(() => pods.stop(), patience);

  test(
    "does not start without a password, an ordinal or a known way to persist",
    async () => {
      for (const wrong of [{ REDISCLI_AUTH: "" }, { POD_INDEX: "" }, { REDIS_PERSISTENCE: "disk" }]) {
        const refused = await pods.launch(0, wrong);
        expect((await refused.ended).code).toBe(2);
      }
    },
    patience,
  );

  test(
    "keeps the configuration, which holds the password, to itself",
    async () => {
      const master = await pods.start(0);
      const config = pods.data(0).replace(/disk-0$/, "redis-0.conf");
      expect((await stat(config)).mode & 0o077).toBe(0);
      expect(master.hasEnded()).toBe(false);
    },
    patience,
  );
});

/** What a process has open. */
async function readlinks(pid: number): Promise<string[]> {
  const names = await readdir(`/proc/${pid}/fd`);
  return Promise.all(names.map((name) => readlink(`/proc/${pid}/fd/${name}`).catch(() => "")));
}
