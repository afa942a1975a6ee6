import { buildOverlay, buildWith, find, type Resource, workloads } from "./support/build.ts";

const patience = 600_000;

/** Every Secret that a pod of the workload reads, by the environment or a volume. */
function secretsOf(workload: Resource): string[] {
  const names = new Set<string>();
  const { spec } = workload.spec.template;
  for (const container of spec.containers)
    for (const each of container.env ?? [])
      if (each.valueFrom?.secretKeyRef) names.add(each.valueFrom.secretKeyRef.name);
  for (const container of spec.containers)
    for (const each of container.envFrom ?? []) if (each.secretRef) names.add(each.secretRef.name);
  for (const volume of spec.volumes ?? []) if (volume.secret) names.add(volume.secret.secretName);
  return [...names].sort();
}

describe("who may see which secret", () => {
  let local: Resource[];
  beforeAll(async () => {
    local = (await buildOverlay("local")).resources;
  }, patience);

  test("a pod reads what it needs and nothing else", () => {
    const seen = Object.fromEntries(workloads(local).map((each) => [each.metadata.name, secretsOf(each)]));
    expect(seen).toEqual({
      api: ["app-api-token", "dapr-api-token", "operator-token"],
      calculator: ["app-api-token", "dapr-api-token"],
      "postgres-statefulset": ["postgres-secret"],
      proxy: [],
      "redis-statefulset": ["redis-secret"],
      web: [],
    });
  });

  test("the connection to Postgres reaches the API's sidecar alone", () => {
    const users = local.filter(
      (each) => each.kind === "Component" && JSON.stringify(each.spec).includes("postgres-secret"),
    );
    expect(users.map(({ metadata, scopes }) => [metadata.name, scopes])).toEqual([["entries", ["api"]]]);
  });

  test("no password stands in a component: all come from Secrets", () => {
    for (const { spec, metadata, auth } of local.filter(({ kind }) => kind === "Component")) {
      for (const item of spec.metadata as { name: string; value?: string }[])
        if (/password|connectionString/i.test(item.name))
          expect([metadata.name, item.value]).toEqual([metadata.name, undefined]);
      if (JSON.stringify(spec).includes("secretKeyRef")) expect(auth).toEqual({ secretStore: "kubernetes" });
    }
  });

  test("every Secret that something reads is among the examples, with the key", () => {
    const wanted = new Set<string>();
    JSON.stringify(local, (_key, value) => {
      if (value?.secretKeyRef && !value.secretKeyRef.optional)
        wanted.add(`${value.secretKeyRef.name}/${value.secretKeyRef.key}`);
      return value;
    });
    for (const { spec } of workloads(local))
      for (const kind of ["api", "app"]) {
        const name = spec.template.metadata.annotations?.[`dapr.io/${kind}-token-secret`];
        if (name) wanted.add(`${name}/token`);
      }
    const there = local
      .filter(({ kind }) => kind === "Secret")
      .flatMap(({ metadata, stringData }) => Object.keys(stringData).map((key) => `${metadata.name}/${key}`));
    expect([...wanted].sort()).toEqual(there.sort());
  });

  test("no app may ask its sidecar for a Secret of the cluster", () => {
    for (const name of ["api", "calculator"])
      expect(find(local, "Deployment", name).spec.template.metadata.annotations).toMatchObject({
        "dapr.io/disable-builtin-k8s-secret-store": "true",
      });
    expect(find(local, "Configuration", "fib-calculator").spec.secrets.scopes).toEqual([
      { storeName: "kubernetes", defaultAccess: "deny" },
    ]);
  });

  test(
    "what is meant for AKS holds no secret of its own",
    async () => {
      for (const name of ["aks", "aks-shared-files", "aks-key-vault", "aks-managed"])
        expect((await buildOverlay(name)).resources.filter(({ kind }) => kind === "Secret")).toEqual([]);
    },
    patience,
  );

  test(
    "Key Vault fills the same Secrets, and each pod mounts its own part",
    async () => {
      const { resources } = await buildWith(["storage/disk-per-replica", "options/key-vault"]);
      const filled = resources
        .filter(({ kind }) => kind === "SecretProviderClass")
        .flatMap(
          ({ spec }) =>
            spec.secretObjects as { secretName: string; data: { key: string; objectName: string }[] }[],
        );
      const there = local
        .filter(({ kind }) => kind === "Secret")
        .flatMap(({ metadata, stringData }) =>
          Object.keys(stringData).map((key) => `${metadata.name}/${key}`),
        );
      expect(
        filled.flatMap(({ secretName, data }) => data.map(({ key }) => `${secretName}/${key}`)).sort(),
      ).toEqual(there.sort());
      for (const { spec } of resources.filter(({ kind }) => kind === "SecretProviderClass"))
        for (const { data } of spec.secretObjects)
          for (const { objectName } of data)
            expect(spec.parameters.objects).toContain(`objectName: ${objectName}`);

      const mounted = Object.fromEntries(
        workloads(resources).map(({ metadata, spec }) => [
          metadata.name,
          (spec.template.spec.volumes ?? [])
            .filter((volume: Resource) => volume.csi)
            .map((volume: Resource) => volume.csi.volumeAttributes.secretProviderClass),
        ]),
      );
      expect(mounted).toEqual({
        api: ["dapr-tokens", "operator-token"],
        calculator: ["dapr-tokens"],
        "postgres-statefulset": ["postgres-secret"],
        "redis-statefulset": ["redis-secret"],
        web: [],
      });
    },
    patience,
  );
});
