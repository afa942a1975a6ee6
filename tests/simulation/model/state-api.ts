import { type ComponentCall, withTimeout } from "./component-call.ts";

interface SaveItem {
  key: string;
  value: unknown;
  etag?: string;
  options?: { concurrency?: string };
}

/** POST /v1.0/state/NAME/bulk: every key is read by a command of its own, side by side. */
export function answerRead(call: ComponentCall, body: string): void {
  const { keys } = JSON.parse(body) as { keys: string[] };
  const { redis } = call.sidecar.world;
  withTimeout(call, (answer) => {
    const items: string[] = [];
    let open = keys.length;
    keys.forEach((key, at) => {
      redis.command(
        call.sidecar,
        () => ({ value: redis.get(key) }),
        (reply) => {
          if ("error" in reply) items[at] = JSON.stringify({ key, error: reply.error });
          else if (reply.value === undefined) items[at] = JSON.stringify({ key });
          else
            items[at] =
              `{"key":${JSON.stringify(key)},"data":${reply.value.data},"etag":"${reply.value.version}"}`;
          open -= 1;
          if (open === 0) answer({ status: 200, text: `[${items.join(",")}]` });
        },
      );
    });
  });
}

/** POST /v1.0/state/NAME: every item is written by a script of its own, side by side; there is no rollback. */
export function answerSave(call: ComponentCall, body: string): void {
  const items = JSON.parse(body) as SaveItem[];
  const { redis } = call.sidecar.world;
  withTimeout(call, (answer) => {
    const errors: string[] = [];
    let open = items.length;
    let mismatch = false;
    for (const { key, value, etag, options } of items) {
      const firstWrite = options?.concurrency === "first-write";
      // Only an explicit last-write makes the component ignore an etag.
      const version = options?.concurrency !== "last-write" && etag ? Number(etag) : 0;
      const data = JSON.stringify(value);
      redis.command(
        call.sidecar,
        () => {
          const reply = redis.set(key, data, version, firstWrite);
          if ("value" in reply) call.sidecar.world.ledger.wrote(key, data);
          return reply;
        },
        (reply) => {
          if ("error" in reply) {
            errors.push(reply.error);
            mismatch ||= etag !== undefined;
          }
          open -= 1;
          if (open > 0) return;
          if (errors.length === 0) answer({ status: 204, text: "" });
          else answer({ status: mismatch ? 409 : 500, text: errors.join("\n") });
        },
      );
    }
  });
}

/** DELETE /v1.0/state/NAME/KEY. */
export function answerDelete(call: ComponentCall, key: string, etag: string | undefined): void {
  const { redis } = call.sidecar.world;
  withTimeout(call, (answer) =>
    redis.command(
      call.sidecar,
      () => redis.delete(key, Number(etag ?? 0)),
      (reply) => answer("error" in reply ? { status: 409, text: reply.error } : { status: 204, text: "" }),
    ),
  );
}
