import { mkdir, readdir, readFile, writeFile } from "node:fs/promises";
import { join } from "node:path";
import { type Document, isMap, isSeq, parseAllDocuments } from "yaml";

/** What differs from the literal defaults in components/. */
export type ResourceChanges = {
  /** host:port of the master. */
  redisHost?: string;
  redisPassword?: string;
  /** host:port for reads that may lag; by default the master. */
  replicaHost?: string;
  /** libpq keywords and values. */
  connectionString?: string;
  /** Where a caller's sidecar finds the API. */
  apiUrl?: string;
  /** Further metadata by component, for example `{ pubsub: { processingTimeout: "3000" } }`. */
  metadata?: Record<string, Record<string, string>>;
};

/**
 * Copies the Dapr resources of one folder to another with hosts and secrets replaced. Comments and
 * everything else stay as they are.
 */
export async function writeResources(from: string, to: string, changes: ResourceChanges): Promise<void> {
  await mkdir(to, { recursive: true, mode: 0o700 });
  for (const name of (await readdir(from)).filter((file) => /\.ya?ml$/.test(file))) {
    const documents = parseAllDocuments(await readFile(join(from, name), "utf8"));
    if (!Array.isArray(documents)) continue;
    for (const document of documents) change(document, changes);
    await writeFile(join(to, name), documents.map(String).join("---\n"), { mode: 0o600 });
  }
}

function change(document: Document, changes: ResourceChanges): void {
  if (document.get("kind") === "HTTPEndpoint" && changes.apiUrl) {
    document.setIn(["spec", "baseUrl"], changes.apiUrl);
  }
  if (document.get("kind") !== "Component") return;
  const component = String(document.getIn(["metadata", "name"]));
  const values: Record<string, string | undefined> = {
    redisHost: component.endsWith("-replica")
      ? (changes.replicaHost ?? changes.redisHost)
      : changes.redisHost,
    redisPassword: changes.redisPassword,
    connectionString: changes.connectionString,
  };
  const items = document.getIn(["spec", "metadata"]);
  if (!isSeq(items)) return;
  for (const item of items.items) {
    const value = isMap(item) ? values[String(item.get("name"))] : undefined;
    if (isMap(item) && value !== undefined) item.set("value", value);
  }
  for (const [name, value] of Object.entries(changes.metadata?.[component] ?? {})) {
    const present = items.items.find((item) => isMap(item) && item.get("name") === name);
    if (isMap(present)) present.set("value", value);
    else items.add(document.createNode({ name, value }));
  }
}
