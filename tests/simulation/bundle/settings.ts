import { readdir, readFile } from "node:fs/promises";
import { join } from "node:path";
import { parseAllDocuments } from "yaml";
import { cloneFolder } from "../../../scripts/local/folders.ts";
import type { Edit } from "./build.ts";

/** A pub/sub component of the sidecar. Times in milliseconds. */
export interface PubsubSettings {
  concurrency: number;
  queueDepth: number;
  /** undefined: the stream is not trimmed. */
  maxLength: number | undefined;
  processingTimeout: number;
  redeliverInterval: number;
  /** Whether each sidecar reads the stream for itself. */
  ownGroup: boolean;
  /** What the sidecar does when a handler fails; without it the event is acknowledged. */
  retry: { pause: number; most: number } | undefined;
}

/** What `components/` tells the sidecars, read from the files that the project ships. */
export interface Settings {
  pubsub: Record<string, PubsubSettings>;
  /** Milliseconds that a call of a component may take. */
  timeouts: Record<string, number | undefined>;
  /** Milliseconds between two ticks, by the name of the schedule. */
  schedules: Record<string, number>;
}

interface Document {
  kind: string;
  metadata: { name: string };
  // biome-ignore lint/suspicious/noExplicitAny: as the files have it.
  spec: any;
}

/** @throws when an edit's text is not in its file exactly once. */
export async function readSettings(edits: Edit[] = []): Promise<Settings> {
  const documents = new Map<string, Document>();
  for (const name of await readdir(join(cloneFolder, "components"))) {
    const file = `components/${name}`;
    if (!file.endsWith(".yaml")) continue;
    let text = await readFile(join(cloneFolder, file), "utf8");
    for (const edit of edits.filter((each) => each.file === file)) {
      if (text.split(edit.from).length !== 2) throw new Error(`not applied: ${file}: ${edit.from}`);
      text = text.replace(edit.from, () => edit.to);
    }
    for (const document of parseAllDocuments(text)) {
      const each = document.toJS() as Document | null;
      if (each?.metadata) documents.set(each.metadata.name, each);
    }
  }
  const { policies, targets } = documents.get("resiliency")!.spec;
  const retryOf = (component: string) => {
    const policy = policies.retries?.[targets.components[component]?.inbound?.retry];
    return policy
      ? { pause: milliseconds(policy.duration), most: Number(policy.maxRetries ?? -1) }
      : undefined;
  };
  const pubsub = (name: string): PubsubSettings => {
    const metadata = metadataOf(documents.get(name)!);
    return {
      concurrency: Number(metadata.concurrency ?? 10),
      queueDepth: Number(metadata.queueDepth ?? 100),
      maxLength: metadata.maxLenApprox === undefined ? undefined : Number(metadata.maxLenApprox),
      processingTimeout: Number(metadata.processingTimeout ?? 60_000),
      redeliverInterval: Number(metadata.redeliverInterval ?? 15_000),
      ownGroup: metadata.consumerID === "{uuid}",
      retry: retryOf(name),
    };
  };
  const timeouts = Object.fromEntries(
    Object.entries(targets.components as Record<string, { outbound?: { timeout?: string } }>).map(
      ([component, { outbound }]) => {
        const timeout = policies.timeouts?.[outbound?.timeout ?? ""];
        return [component, timeout === undefined ? undefined : milliseconds(timeout)];
      },
    ),
  );
  const ofType = (type: string) => [...documents].filter(([, { spec }]) => spec?.type === type);
  return {
    pubsub: Object.fromEntries(ofType("pubsub.redis").map(([name]) => [name, pubsub(name)])),
    timeouts,
    schedules: Object.fromEntries(
      ofType("bindings.cron").map(([name, document]) => {
        return [name, milliseconds(metadataOf(document).schedule!.replace("@every ", ""))];
      }),
    ),
  };
}

const metadataOf = ({ spec }: Document): Record<string, string | undefined> =>
  Object.fromEntries(
    (spec.metadata as { name: string; value: string }[]).map(({ name, value }) => [name, value]),
  );

/** @param duration like "500ms", "5s" or "2m". */
function milliseconds(duration: string): number {
  const [, count, unit] = /^([\d.]+)(ms|s|m)$/.exec(duration) ?? [];
  if (!unit) throw new Error(`no duration: ${duration}`);
  return Number(count) * { ms: 1, s: 1_000, m: 60_000 }[unit as "ms" | "s" | "m"];
}
