import type { z } from "zod";

/**
 * The contract of a topic: where its events travel, what their data looks like, and how events of
 * older versions are read. Publishers and subscribers share one contract, so that neither has to
 * repeat a name or a schema.
 */
export interface Topic<Data = unknown> {
  /** The pub/sub component that carries it. */
  readonly component: string;
  readonly name: string;
  /** Grows by one with every change that an older subscriber could not read. */
  readonly version: number;
  readonly data: z.ZodType<Data>;
  /** For each older version, makes its data the next version's. */
  readonly upcast: Record<number, (data: never) => unknown>;
  /** The topic of the same component that keeps events that cannot be handled. Without one they are dropped, with an error in the log. */
  readonly deadLetterTopic?: string;
  /** Deliver whatever is on the stream as bytes, CloudEvent or not: `data` is `{ data_base64 }`. */
  readonly raw?: boolean;
}

// biome-ignore lint/suspicious/noExplicitAny: a list holds topics of any data.
export type AnyTopic = Topic<any>;

type Definition<Data> = Omit<Topic<Data>, "version" | "upcast"> &
  Partial<Pick<Topic<Data>, "version" | "upcast">>;

/** Declares a topic. @throws when a version between 1 and the current one has no upcast. */
export function topic<Data>(definition: Definition<Data>): Topic<Data> {
  const declared: Topic<Data> = { version: 1, upcast: {}, ...definition };
  for (let version = 1; version < declared.version; version++) {
    if (!(version in declared.upcast)) {
      throw new Error(`Topic ${declared.name}: version ${version} cannot be read; add upcast[${version}].`);
    }
  }
  declaredTopics.push(declared);
  return declared;
}

/** Every topic whose contract this process has imported: those that its functions use. */
export const declaredTopics: AnyTopic[] = [];

/** The CloudEvents `type` of what is published: name and version, like "submitted.v1". */
export const eventType = ({ name, version }: AnyTopic): string => `${name}.v${version}`;

/**
 * The version of an event by its CloudEvents type. Events without a version of ours are version 1:
 * publishers before 0.2, and other programs, leave the type to the sidecar.
 */
export function versionOf({ name }: AnyTopic, type: unknown): number {
  const text = typeof type === "string" && type.startsWith(`${name}.v`) ? type.slice(name.length + 2) : "";
  return /^[1-9]\d{0,8}$/.test(text) ? Number(text) : 1;
}

/** Makes data of an older version the current version's. Does not validate it. */
export function upcastData({ version, upcast }: AnyTopic, from: number, data: unknown): unknown {
  let current = data;
  for (let step = from; step < version; step++) current = upcast[step]?.(current as never);
  return current;
}
