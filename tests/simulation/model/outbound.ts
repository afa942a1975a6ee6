import { type ComponentCall, withTimeout } from "./component-call.ts";
import { runSql } from "./sql.ts";

/** POST /v1.0/publish/NAME/TOPIC: wraps the data in a CloudEvent and adds it to the stream. */
export function answerPublish(
  call: ComponentCall,
  topic: string,
  search: string | undefined,
  body: string,
): void {
  const { world, pair } = call.sidecar;
  const type = new URLSearchParams(search).get("metadata.cloudevent.type") ?? "com.dapr.event.sent";
  const head = {
    id: world.random.uuid(),
    type,
    topic,
    pubsubname: call.component,
    source: pair.appId,
    specversion: "1.0",
  };
  // The data stays the text that it was, so that a publish does not cost a parse.
  publish(call, topic, `${JSON.stringify(head).slice(0, -1)},"data":${body}}`);
}

function publish(call: ComponentCall, topic: string, event: string): void {
  const { world } = call.sidecar;
  const trim = world.trimOf(call.component);
  withTimeout(call, (answer) =>
    world.redis.command(
      call.sidecar,
      () => {
        const reply = world.redis.add(topic, event, trim);
        if ("value" in reply) world.ledger.published(topic, event);
        return reply;
      },
      (reply) => answer("error" in reply ? { status: 500, text: reply.error } : { status: 204, text: "" }),
    ),
  );
}

/** POST /v1.0/bindings/NAME: a statement for Postgres. */
export function answerBinding(call: ComponentCall, body: string): void {
  const { metadata } = JSON.parse(body) as { operation: string; metadata: Record<string, string> };
  const params = JSON.parse(metadata.params ?? "[]") as (string | null)[];
  withTimeout(call, (answer) =>
    runSql(call.sidecar.world.postgres, call.sidecar, metadata.sql!, params, (reply) =>
      answer(
        "error" in reply
          ? { status: 500, text: reply.error }
          : { status: 200, text: JSON.stringify(reply.value ?? null) },
      ),
    ),
  );
}
