import { mkdtemp, readFile, rm } from "node:fs/promises";
import { tmpdir } from "node:os";
import { join } from "node:path";
import { jest } from "@jest/globals";
import { cloneFolder } from "../../scripts/local/folders.ts";
import { waitFor } from "../../scripts/local/wait-for.ts";
import { get, post } from "../support/client.ts";
import { type Cluster, openIngress, prepareCluster, say } from "./support/cluster.ts";
import type { Kubectl, Resource } from "./support/kubectl.ts";
import { Ledger, startLoad } from "./support/load.ts";

// Nothing here is quick on two busy cores; every wait has a deadline of its own.
jest.setTimeout(1_200_000);

const deployments = ["api", "calculator", "web", "proxy"].map((name) => `deployment/${name}`);
const redis = "statefulset/redis-statefulset";
const workloads = ["statefulset/postgres-statefulset", redis, ...deployments];
const slowly = { deadlineMs: 300_000, everyMs: 500 };

let cluster: Cluster;
let kubectl: Kubectl;
const ledger = new Ledger();

/** Every entry of the history, page by page: id to index. */
async function history(): Promise<Map<string, number>> {
  const found = new Map<string, number>();
  for (let next = ""; ; ) {
    const { status, body } = await get(`${cluster.url}/api/entries?limit=1000${next}`);
    if (status !== 200) throw new Error(`the history answers ${status}`);
    for (const { id, number } of body.entries) {
      if (found.has(id)) throw new Error(`${id} is there twice`);
      found.set(id, number);
    }
    if (!body.next) return found;
    next = `&before=${body.next}`;
  }
}

/** What was accepted is in the history once, with its index, and has its value. */
async function compareWithAccepted(): Promise<void> {
  await waitFor(
    "every accepted entry in the history",
    async () => {
      const recorded = await history();
      const missing = [...ledger.accepted].filter(([id, index]) => recorded.get(id) !== index);
      if (missing.length > 0) throw new Error(`${missing.length} of ${ledger.accepted.size} are missing`);
      return true;
    },
    slowly,
  );
  const expected = fibonacci(3_000);
  await waitFor(
    "the value of every accepted index",
    async () => {
      const { body } = await get(`${cluster.url}/api/values/current`);
      const open = new Set([...ledger.accepted.values()].filter((index) => body[index] === "Nothing yet!"));
      if (open.size > 0) throw new Error(`${open.size} have no value`);
      for (const index of ledger.accepted.values()) {
        const value = body[index];
        const text = expected[index]!;
        if (typeof value === "string") expect([index, value]).toEqual([index, text]);
        else
          expect([index, value.digits, value.head]).toEqual([
            index,
            text.length,
            text.slice(0, value.head.length),
          ]);
      }
      return true;
    },
    slowly,
  );
  say(`  ${ledger.accepted.size} accepted, all recorded once and calculated (${ledger})`);
}

/** Every Redis pod has what the master has. */
async function compareReplicas(count: number): Promise<void> {
  await waitFor(
    "replicas that have what the master has",
    async () => {
      const pods = await kubectl.pods("redis");
      expect(pods).toHaveLength(count);
      const sizes = await Promise.all(
        pods.map(({ metadata }) => kubectl.exec(metadata.name, "redis", "redis-cli", "dbsize")),
      );
      expect(new Set(sizes).size).toBe(1);
      expect(Number(sizes[0])).toBeGreaterThan(0);
      return true;
    },
    slowly,
  );
}

const remove = (pod: string) => kubectl.run(["delete", "pod", pod, "--grace-period=1", "--wait=false"]);
const accepts = (more: number) => {
  const goal = ledger.accepted.size + more;
  return waitFor(`${more} more accepted`, () => ledger.accepted.size >= goal, slowly);
};

beforeAll(async () => {
  cluster = await prepareCluster();
  kubectl = cluster.kubectl;
  for (const workload of workloads) await kubectl.settled(workload);
  await openIngress(cluster);
}, 3_600_000);

afterAll(async () => {
  if (kubectl) say(await kubectl.run(["get", "pods"]).catch(String));
  await cluster?.leave();
}, 300_000);

test("the apps run beside their sidecars", async () => {
  for (const name of ["api", "calculator"]) {
    const pods = await kubectl.pods(name);
    expect(pods).toHaveLength(2);
    for (const { spec } of pods)
      expect(spec.containers.map(({ name }: Resource) => name).sort()).toEqual([name, "daprd"].sort());
  }
});

test("a restricted namespace takes every pod of ours", async () => {
  const restricted = `${kubectl.namespace}-restricted`;
  await kubectl.run(["create", "namespace", restricted]);
  try {
    const level = "pod-security.kubernetes.io/enforce=restricted";
    await kubectl.run(["label", "namespace", restricted, level]);
    const { items } = await kubectl.json(["get", "deployments,statefulsets"]);
    expect(items.length).toBeGreaterThan(5);
    for (const { metadata, spec } of items) {
      const pod = {
        apiVersion: "v1",
        kind: "Pod",
        // Without its sidecar, which is Dapr's to configure (docs/deploy/aks.md, step 4).
        metadata: { name: metadata.name, namespace: restricted },
        spec: {
          ...spec.template.spec,
          serviceAccount: undefined,
          serviceAccountName: "default",
          volumes: [
            ...(spec.template.spec.volumes ?? []),
            ...(spec.volumeClaimTemplates ?? []).map(({ metadata: { name } }: Resource) => ({
              name,
              emptyDir: {},
            })),
          ],
        },
      };
      const create = ["create", "--dry-run=server", "--filename", "-", "--namespace", restricted];
      await waitFor(metadata.name, () => kubectl.run(create, JSON.stringify(pod)), { deadlineMs: 10_000 });
    }
    const root = { containers: [{ name: "root", image: "redis" }] };
    const refused = JSON.stringify({ apiVersion: "v1", kind: "Pod", metadata: { name: "root" }, spec: root });
    await expect(
      kubectl.run(["create", "--dry-run=server", "--filename", "-", "--namespace", restricted], refused),
    ).rejects.toThrow("violates PodSecurity");
  } finally {
    await kubectl.run(["delete", "namespace", restricted, "--wait=false"]);
  }
});

test("the job runs through the ingress", async () => {
  const page = await get(cluster.url);
  expect([page.status, page.type.split(";")[0]]).toEqual([200, "text/html"]);
  const accepted = await post(`${cluster.url}/api/values`, { index: 100 });
  expect(accepted.status).toBe(202);
  await waitFor("the value", async () => (await get(`${cluster.url}/api/values/100`)).status === 200, slowly);
  expect((await get(`${cluster.url}/api/values/100`)).body.value).toBe("354224848179261915075");
  await waitFor("the entry", async () => (await history()).get(accepted.body.id) === 100, slowly);
  expect((await get(`${cluster.url}/api/values/current`)).body["100"]).toBe("354224848179261915075");
  const above = await post(`${cluster.url}/api/values`, { index: 1_000_001 });
  expect([above.status, above.text.includes("Index too high")]).toEqual([422, true]);
});

test("the job runs through the sidecar's invoke endpoint, for who has the token", async () => {
  const [pod] = await kubectl.pods("api");
  const sidecar = await kubectl.forward(`pod/${pod.metadata.name}`, 3500);
  try {
    const url = `${sidecar.url}/v1.0/invoke/api/method/values`;
    const headers = { "content-type": "application/json", "dapr-api-token": "example-dapr-api" };
    const invoked = await fetch(url, { method: "POST", headers, body: '{"index": 101}' });
    expect(invoked.status).toBe(202);
    await waitFor("the value", async () => (await get(`${url}/101`, headers)).status === 200, slowly);
    expect((await get(`${url}/101`, headers)).body.value).toBe("573147844013817084101");
    expect((await get(`${url}/101`)).status).toBe(401);
  } finally {
    await sidecar.stop();
  }
});

test("the calculator reaches neither Postgres nor a Secret through its sidecar, nor may it invoke the API", async () => {
  const [pod] = await kubectl.pods("calculator");
  const ask = async (path: string, body?: object) => {
    const options = JSON.stringify({
      headers: { "dapr-api-token": "example-dapr-api", "content-type": "application/json" },
      ...(body ? { method: "POST", body: JSON.stringify(body) } : {}),
    });
    const script = `fetch("http://127.0.0.1:3500/v1.0/${path}", ${options}).then(async (r) => console.log(r.status, await r.text()))`;
    return kubectl.exec(pod.metadata.name, "calculator", "node", "-e", script);
  };
  expect(await ask("bindings/entries", { operation: "query", metadata: { sql: "SELECT 1" } })).toMatch(
    /^[45]\d\d/,
  );
  expect(await ask("secrets/kubernetes/postgres-secret")).toMatch(/^[45]\d\d/);
  expect(await ask("invoke/api/method/values/100")).toMatch(/^403/);
});

test("ordinal 0 takes the writes; the others have what it has, answer reads and refuse writes", async () => {
  await compareReplicas(3);
  for (const ordinal of [1, 2]) {
    const pod = `redis-statefulset-${ordinal}`;
    expect(await kubectl.exec(pod, "redis", "redis-cli", "hget", "fib||value:100", "data")).toContain(
      "354224848179261915075",
    );
    expect(await kubectl.exec(pod, "redis", "redis-cli", "set", "a", "b")).toContain("READONLY");
  }
});

test("check.sh finds nothing wrong, and says what it is when something is", async () => {
  const check = join(cloneFolder, "deploy/check.sh");
  expect(await kubectl.script(check)).toEqual({ output: expect.stringContaining("All is well."), code: 0 });
  const secret = await kubectl.run(["get", "secret", "app-api-token", "--output", "yaml"]);
  await kubectl.run(["delete", "secret", "app-api-token"]);
  try {
    const { output, code } = await kubectl.script(check);
    expect([code, output]).toEqual([
      1,
      expect.stringMatching(/WRONG {3}the Secret app-api-token has no token\n.*step 6/),
    ]);
  } finally {
    await kubectl.run(["apply", "--filename", "-"], secret);
  }
});

test("the master and a calculator die under load: nothing accepted is lost", async () => {
  const load = startLoad(cluster.url, ledger);
  try {
    await accepts(200);
    await remove("redis-statefulset-0");
    const [calculator] = await kubectl.pods("calculator");
    await remove(calculator.metadata.name);
    await waitFor(
      "the death of the master",
      async () => {
        const pod = await kubectl.json(["get", "pod", "redis-statefulset-0"]).catch(() => undefined);
        return !pod || pod.metadata.deletionTimestamp === undefined;
      },
      slowly,
    );
    await kubectl.settled(redis);
    await accepts(200);
  } finally {
    await load.stop();
  }
  await kubectl.settled("deployment/calculator");
  await compareWithAccepted();
  await compareReplicas(3);
});

test("Redis grows from three to five and shrinks to two under load: nothing is lost", async () => {
  for (const count of [5, 2]) {
    const load = startLoad(cluster.url, ledger);
    try {
      await accepts(50);
      await kubectl.run(["scale", redis, `--replicas=${count}`]);
      await waitFor(`${count} of Redis`, async () => (await kubectl.pods("redis")).length === count, slowly);
      await kubectl.settled(redis);
      await accepts(50);
    } finally {
      await load.stop();
    }
    await compareReplicas(count);
  }
  await compareWithAccepted();
});

test("everything is updated, one after the other, under load: nothing is lost", async () => {
  await kubectl.run(["scale", redis, "--replicas=3"]);
  await kubectl.settled(redis);
  const before = await Promise.all(["api", "calculator", "redis"].map((name) => kubectl.pods(name)));
  const load = startLoad(cluster.url, ledger);
  try {
    for (const workload of [...deployments.slice(0, 3), redis]) {
      const earlier = ledger.toString();
      await kubectl.run(["rollout", "restart", workload]);
      await kubectl.settled(workload);
      await accepts(50);
      say(`  ${workload}: ${earlier} → ${ledger}`);
    }
  } finally {
    await load.stop();
  }
  await compareWithAccepted();
  await compareReplicas(3);
  const after = await Promise.all(["api", "calculator", "redis"].map((name) => kubectl.pods(name)));
  const uids = (pods: Resource[][]) => pods.flat().map(({ metadata }) => metadata.uid);
  expect(uids(after).filter((uid) => uids(before).includes(uid))).toEqual([]);
});

describe("the runbooks of docs/deploy/redis.md, as they are written", () => {
  let runbook: (heading: string, containing: string) => Promise<string>;
  let folder: string;

  beforeAll(async () => {
    folder = await mkdtemp(join(tmpdir(), "fib-runbooks-"));
    const text = await readFile(join(cloneFolder, "docs/deploy/redis.md"), "utf8");
    runbook = (heading, containing) => {
      const section = text.slice(text.indexOf(`## ${heading}`)).split(/\n## /)[0]!;
      const blocks = [...section.matchAll(/```sh\n([\s\S]*?)```/g)].map(([, block]) => block!);
      return kubectl.commands(blocks.find((block) => block.includes(containing))!, folder);
    };
  });
  afterAll(() => rm(folder, { recursive: true, force: true }));

  const redisCli = (ordinal: number, ...command: string[]) =>
    kubectl.exec(`redis-statefulset-${ordinal}`, "redis", "redis-cli", ...command);

  test("a backup that was made from a replica is restored", async () => {
    await redisCli(0, "set", "runbook", "kept");
    await waitFor("the copy", async () => (await redisCli(1, "get", "runbook")).trim() === "kept", slowly);
    await runbook("How to back up and restore", "backup.rdb\n");
    await redisCli(0, "del", "runbook");
    await runbook("How to back up and restore", "restore.rdb");
    expect((await redisCli(0, "get", "runbook")).trim()).toBe("kept");
    for (const ordinal of [1, 2])
      await waitFor(
        "the copy",
        async () => (await redisCli(ordinal, "get", "runbook")).trim() === "kept",
        slowly,
      );
  });

  test("a master that lost its disk copies a replica", async () => {
    if (process.env.FIB_STORAGE === "shared-files") return;
    const before = Number(await redisCli(1, "dbsize"));
    await kubectl.run(["delete", "pvc", "data-redis-statefulset-0", "--wait=false"]);
    await remove("redis-statefulset-0");
    await waitFor(
      "its refusal",
      async () =>
        (await kubectl.run(["logs", "redis-statefulset-0", "--container", "redis"]).catch(() => "")).includes(
          "REFUSED",
        ),
      slowly,
    );
    await runbook("How to bring back a master", "copy=1");
    expect(Number(await redisCli(0, "dbsize"))).toBeGreaterThanOrEqual(before);
    await compareReplicas(3);
  });

  test("the password is rotated, and the old one is no longer accepted", async () => {
    const old = await kubectl.json(["get", "secret", "redis-secret"]);
    await runbook("How to rotate the password", "previousPassword");
    const password = Buffer.from(old.data.password, "base64").toString();
    for (const ordinal of [0, 1, 2])
      expect(await redisCli(ordinal, "-a", password, "--no-auth-warning", "ping")).not.toContain("PONG");
    await compareReplicas(3);
    const accepted = await post(`${cluster.url}/api/values`, { index: 102 });
    expect(accepted.status).toBe(202);
    await waitFor(
      "its value",
      async () => (await get(`${cluster.url}/api/values/102`)).status === 200,
      slowly,
    );
  });
});

test("the apps' role in Postgres can run no program and read no file", async () => {
  const sql = (statement: string) =>
    kubectl.exec(
      "postgres-statefulset-0",
      "postgres",
      "env",
      "PGPASSWORD=example-postgres",
      ...["psql", "--host", "postgres", "--username", "fib", "--dbname", "fib", "--command", statement],
    );
  await expect(sql("SELECT count(*) FROM entries")).resolves.toContain("count");
  await expect(sql("COPY (SELECT 1) TO PROGRAM 'id'")).rejects.toThrow("pg_execute_server_program");
  await expect(sql("SELECT pg_read_file('/etc/passwd')")).rejects.toThrow("permission denied");
});

test("no metrics leave the cluster, and operator routes need their token", async () => {
  expect((await get(`${cluster.url}/api/metrics`)).status).toBe(404);
  expect((await post(`${cluster.url}/api/dead-letters/replay`, {})).status).toBe(401);
});

test("a master that lost its data waits for a person's word, and the replicas answer meanwhile", async () => {
  if (process.env.FIB_STORAGE === "shared-files") return;
  // The disk goes with its pod; the StatefulSet claims a new, empty one.
  await kubectl.run(["delete", "pvc", "data-redis-statefulset-0", "--wait=false"]);
  await remove("redis-statefulset-0");
  await waitFor(
    "its refusal",
    async () => {
      const log = await kubectl.run(["logs", "redis-statefulset-0", "--container", "redis"]).catch(() => "");
      return log.includes("REFUSED");
    },
    slowly,
  );
  expect(
    await kubectl.exec("redis-statefulset-1", "redis", "redis-cli", "hget", "fib||value:100", "data"),
  ).toContain("354224848179261915075");

  await kubectl.run(["create", "configmap", "redis-begin-anew", "--from-literal=yes="]);
  await kubectl.settled(redis, 600);
  await kubectl.run(["delete", "configmap", "redis-begin-anew"]);
  // The history is in Postgres, and the API has every value calculated again that is missing.
  await compareWithAccepted();
});

function fibonacci(count: number): string[] {
  const texts: string[] = [];
  for (let index = 0, here = 0n, next = 1n; index < count; index++) {
    texts.push(here.toString());
    [here, next] = [next, here + next];
  }
  return texts;
}
