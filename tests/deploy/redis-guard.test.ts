import { appendFile, cp, mkdir, mkdtemp, rm, truncate, writeFile } from "node:fs/promises";
import { tmpdir } from "node:os";
import { join } from "node:path";
import type { Running } from "../../scripts/local/process.ts";
import { waitFor } from "../../scripts/local/wait-for.ts";
import { canRunRedisPods, type RedisPods, redisPods } from "./support/redis-pods.ts";

const patience = 120_000;
const whereAble = (await canRunRedisPods()) ? describe : describe.skip;

let pods: RedisPods;
const arrives = (ordinal: number, key: string) =>
  waitFor(`${key} at ordinal ${ordinal}`, async () => (await pods.get(ordinal, key)) === "kept");
const size = async (ordinal: number) => Number(/:(\d+)/.exec(await pods.ask(ordinal, "DBSIZE"))?.[1]);
const says = (pod: Running, text: string) =>
  waitFor(`"${text}" in ${pod.tail()}`, () => pod.tail().includes(text));

/** A master and replicas that hold ten keys. */
async function filled(...replicas: number[]): Promise<Running[]> {
  const running: Running[] = [];
  for (const ordinal of [0, ...replicas]) running[ordinal] = await pods.start(ordinal);
  for (let index = 0; index < 10; index++) await pods.ask(0, `SET key:${index} kept`);
  for (const ordinal of replicas) await arrives(ordinal, "key:9");
  return running;
}

async function loseDisk(ordinal: number): Promise<void> {
  await rm(pods.data(ordinal), { recursive: true });
  await mkdir(pods.data(ordinal));
}

/** Ordinal 0 ends with words, and ordinal 1 still has all. */
async function expectRefusal(launched: Running, words: RegExp): Promise<void> {
  expect((await launched.ended).code).toBe(1);
  expect(launched.tail()).toMatch(words);
  expect(await size(1)).toBe(10);
}

whereAble.each([
  ["a disk for each replica", {}, false],
  ["shared files", { REDIS_REPLICAS: "nothing" }, true],
  ["shared files with snapshots", { REDIS_REPLICAS: "nothing", REDIS_PERSISTENCE: "rdb" }, true],
])("the guard of a running replica's data, %s", (_layout, env, share) => {
  beforeEach(async () => {
    pods = await redisPods({ REDIS_PATIENCE: "2", ...(env as Record<string, string>) }, share);
  });
  afterEach(() => pods.stop(), patience);

  test(
    "an empty master refuses to start beside a replica that does not let it in",
    async () => {
      const [master] = await filled(1);
      await pods.ask(1, "ACL SETUSER default resetpass >other");
      await master!.kill();
      await loseDisk(0);
      const refused = await pods.launch(0);
      expect((await refused.ended).code).toBe(1);
      expect(refused.tail()).toMatch(/REFUSED.*may have some.*redis-1.*(NOAUTH|WRONGPASS)/s);
    },
    patience,
  );

  test(
    "an empty master refuses to start beside a replica that does not answer",
    async () => {
      const [master, replica] = await filled(1);
      await master!.kill();
      await loseDisk(0);
      await replica!.kill("SIGSTOP");
      try {
        const refused = await pods.launch(0);
        expect((await refused.ended).code).toBe(1);
        expect(refused.tail()).toMatch(/REFUSED.*redis-1.*no answer/s);
      } finally {
        await replica!.kill("SIGCONT");
      }
      await expectRefusal(await pods.launch(0), /REFUSED.*10 keys/);
    },
    patience,
  );

  test(
    "an empty master refuses to start while names cannot be looked up",
    async () => {
      const [master] = await filled(1);
      await master!.kill();
      await loseDisk(0);
      await pods.unname(1);
      await pods.breakResolver();
      const refused = await pods.launch(0);
      await expectRefusal(refused, /REFUSED.*name resolution/s);
    },
    patience,
  );

  test(
    "a replica that lost its name is not overwritten by a master that could not know about it",
    async () => {
      const [master] = await filled(1);
      await master!.kill();
      await loseDisk(0);
      await pods.unname(1);
      await pods.start(0);
      await pods.ask(0, "SET other 1");
      await waitFor("its refusal", async () => !(await pods.probe(1, "ready")));
      expect([await size(0), await size(1)]).toEqual([1, 10]);
    },
    patience,
  );

  test(
    "a new system starts when nobody is there, and when everybody is there and empty",
    async () => {
      await pods.start(0);
      await pods.start(1);
      await pods.stop();
      pods = await redisPods(env as Record<string, string>, share);
      const launched = await Promise.all([0, 1, 2].map((ordinal) => pods.launch(ordinal)));
      for (const ordinal of [0, 1, 2])
        await waitFor(`ordinal ${ordinal}`, () => pods.probe(ordinal, "ready"), { deadlineMs: 60_000 });
      expect(launched.map((each) => each.hasEnded())).toEqual([false, false, false]);
    },
    patience,
  );
});

whereAble("the guard of data on disks", () => {
  beforeEach(async () => {
    pods = await redisPods({ REDIS_PATIENCE: "2" });
  });
  afterEach(() => pods.stop(), patience);

  test.each([
    ["the master first", [0, 1]],
    ["the replica first", [1, 0]],
  ])(
    "after everything was down and the master's disk is lost, no start order loses the replica's data: %s",
    async (_order, order) => {
      const running = await filled(1);
      for (const each of running.reverse()) await each.stop();
      await loseDisk(0);
      await pods.unname(0, 1);
      for (const ordinal of order) await pods.launch(ordinal);
      await waitFor("the replica's data", async () => (await size(1)) === 10);
      await pods.ask(0, "SET other 1");
      // Longer than a replica takes to find its master.
      await waitFor(
        "a refusal",
        async () => {
          const master = await pods.ask(0, "PING");
          return !master.includes("PONG") || !(await pods.probe(1, "ready"));
        },
        { deadlineMs: 30_000 },
      );
      expect(await size(1)).toBe(10);
    },
    patience,
  );

  test(
    "an empty master waits for a replica that is still loading",
    async () => {
      const [master, replica] = await filled(1);
      for (let index = 0; index < 10; index++) await pods.ask(0, `SET key:${index} ${"x".repeat(4_000)}`);
      await waitFor("the long values", async () => (await pods.get(1, "key:9"))?.length === 4_000);
      await pods.ask(1, "CONFIG SET rdbcompression no", "SAVE");
      await replica!.stop();
      await master!.kill();
      await loseDisk(0);
      // Further lines of configuration: ten keys take 4 s, and questions are answered meanwhile.
      const slowly = "320mb\nkey-load-delay 400000\nloading-process-events-interval-bytes 1024";
      await pods.launch(1, { REDIS_MAXMEMORY: slowly, REDIS_PERSISTENCE: "rdb" });
      await waitFor("LOADING", async () => (await pods.ask(1, "DBSIZE")).includes("LOADING"));
      const waiting = await pods.launch(0, { REDIS_PATIENCE: "60" });
      await says(waiting, "LOADING");
      await expectRefusal(waiting, /REFUSED.*10 keys/);
    },
    patience,
  );

  test(
    "a replica says what it refuses, and follows once a person says so",
    async () => {
      const [master, replica] = await filled(1);
      await replica!.stop();
      await master!.stop();
      await loseDisk(0);
      await pods.unname(1);
      await pods.start(0);
      await pods.ask(0, "SET other kept");
      const refusing = await pods.launch(1);
      await says(refusing, "REFUSED: this replica has 10 keys of lineage_");
      expect(await pods.probe(1, "ready")).toBe(false);
      expect(await size(1)).toBe(10);
      await refusing.stop();

      const word = await mkdtemp(join(tmpdir(), "fib-begin-anew-"));
      await writeFile(join(word, "yes"), "");
      await pods.start(1, { REDIS_BEGIN_ANEW: word });
      await arrives(1, "other");
      await rm(word, { recursive: true });
    },
    patience,
  );

  test(
    "a snapshot of a replica, put on the master's empty disk, brings everything back",
    async () => {
      const [master] = await filled(1, 2);
      await pods.ask(1, "SAVE");
      await master!.kill();
      await loseDisk(0);
      await cp(join(pods.data(1), "dump.rdb"), join(pods.data(0), "dump.rdb"));
      const restored = await pods.start(0);
      expect(restored.tail()).toContain("Loading");
      expect(await size(0)).toBe(10);
      await pods.ask(0, "SET later kept");
      for (const ordinal of [1, 2]) await arrives(ordinal, "later");
      expect([await size(1), await size(2)]).toEqual([11, 11]);
      // What was written since is in the append-only file; the old snapshot is not loaded again.
      await restored.kill();
      await pods.start(0);
      expect(await size(0)).toBe(11);
    },
    patience,
  );

  test.each([["aof"], ["rdb"]])(
    "a master that lost its disk copies a replica when a person says so, keeping %s",
    async (persistence) => {
      const [master] = await filled(1, 2);
      await master!.kill();
      await loseDisk(0);
      const word = await mkdtemp(join(tmpdir(), "fib-copy-"));
      await writeFile(join(word, "copy"), "1");
      const copied = await pods.start(0, { REDIS_BEGIN_ANEW: word, REDIS_PERSISTENCE: persistence! });
      await rm(word, { recursive: true });
      expect(copied.tail()).toContain("Copying the data of redis-1");
      expect(await size(0)).toBe(10);
      await pods.ask(0, "SET later kept");
      for (const ordinal of [1, 2]) await arrives(ordinal, "later");
    },
    patience,
  );

  test(
    "a backup takes the place of what is there, and the replicas follow it back",
    async () => {
      const [master] = await filled(1);
      await pods.ask(1, "SAVE");
      const backup = join(pods.data(1), "dump.rdb");
      // A streamed one: a mark of 40 bytes follows the snapshot.
      await cp(backup, join(pods.data(0), "restore.rdb"));
      await appendFile(join(pods.data(0), "restore.rdb"), "m".repeat(40));
      await pods.ask(0, "DEL key:0", "SET wrong 1");
      await master!.stop();
      await pods.start(0);
      expect([await size(0), await pods.get(0, "key:0")]).toEqual([10, "kept"]);
      await arrives(1, "key:0");
      await waitFor("the replica's data", async () => (await pods.get(1, "wrong")) === undefined);
    },
    patience,
  );

  test(
    "a snapshot that is cut off is refused",
    async () => {
      const [master] = await filled(1);
      await pods.ask(1, "SAVE");
      await master!.kill();
      await loseDisk(0);
      await cp(join(pods.data(1), "dump.rdb"), join(pods.data(0), "dump.rdb"));
      await truncate(join(pods.data(0), "dump.rdb"), 60);
      await expectRefusal(await pods.launch(0), /REFUSED.*dump\.rdb is not a readable snapshot/);
    },
    patience,
  );

  test(
    "an append-only file of an empty database does not count as data",
    async () => {
      const [master] = await filled(1);
      await pods.unname(1);
      await master!.kill();
      await loseDisk(0);
      const empty = await pods.start(0);
      await empty.kill();
      await pods.nameAgain(1);
      await expectRefusal(await pods.launch(0), /REFUSED.*10 keys/);
    },
    patience,
  );

  test(
    "an append-only file is not ignored when snapshots were chosen",
    async () => {
      const [master] = await filled();
      await master!.stop();
      const refused = await pods.launch(0, { REDIS_PERSISTENCE: "rdb" });
      expect((await refused.ended).code).toBe(1);
      expect(refused.tail()).toMatch(/REFUSED.*append-only file/);
    },
    patience,
  );

  test(
    "a replica that restarts while the master is away answers from its own disk and is ready",
    async () => {
      const [master, replica] = await filled(1);
      await master!.kill();
      await replica!.stop();
      await pods.start(1);
      expect(await pods.get(1, "key:0")).toBe("kept");
      await pods.start(0);
      await pods.ask(0, "SET later kept");
      await arrives(1, "later");
    },
    patience,
  );

  test(
    "a password is rotated pod by pod, and everybody is let in all the time",
    async () => {
      const running = await filled(1, 2);
      const rotating = { REDISCLI_AUTH: "new", REDIS_PREVIOUS_PASSWORD: "secret1" };
      for (const ordinal of [2, 1, 0]) {
        await running[ordinal]!.stop();
        await pods.launch(ordinal, rotating);
        await waitFor(`ordinal ${ordinal}`, async () => (await size(ordinal)) === 10);
      }
      expect(await pods.ask(0, "AUTH new", "PING")).toContain("+PONG");
      await pods.ask(0, "SET later kept");
      for (const ordinal of [1, 2]) await arrives(ordinal, "later");
    },
    patience,
  );
});
