/**
 * The load generator, a process of its own. Raw sockets and just enough HTTP/1.1: it costs
 * the same for whoever is measured, and little, since it shares the machine with them.
 */
import { connect } from "node:net";
import type { LoadPlan, LoadResult } from "./load-plan.ts";
import { answerLength, statusOf } from "./raw-answer.ts";

process.on("message", (plan: LoadPlan) => {
  void load(plan).then((result) => process.send?.(result));
});
process.on("disconnect", () => process.exit(0));

async function load(plan: LoadPlan): Promise<LoadResult> {
  const requests = (plan.bodies ?? [""]).map((body) => requestText(plan, body));
  const latencies: number[] = [];
  const failed: Record<number, number> = {};
  const start = performance.now();
  const end = start + plan.seconds * 1_000;
  let next = 0;
  let done = 0;

  const fail = (status: number) => {
    failed[status] = (failed[status] ?? 0) + 1;
  };
  const isOver = () => performance.now() >= end || next >= (plan.most ?? Number.POSITIVE_INFINITY);

  const connection = () =>
    new Promise<void>((resolve) => {
      const socket = connect({ host: "127.0.0.1", port: plan.port, noDelay: true });
      let sentAt = 0;
      let pending = "";
      let over = false;
      const send = () => {
        if (isOver()) {
          over = true;
          socket.end();
          resolve();
          return;
        }
        sentAt = performance.now();
        socket.write(requests[next++ % requests.length]!, "latin1");
      };
      socket.setEncoding("latin1");
      socket.once("connect", send);
      socket.on("data", (text: string) => {
        pending = pending === "" ? text : pending + text;
        const length = answerLength(pending);
        if (length === undefined || pending.length < length) return;
        const status = statusOf(pending);
        pending = "";
        latencies.push(performance.now() - sentAt);
        if (status >= 200 && status < 300) done += 1;
        else fail(status);
        send();
      });
      const broken = () => {
        if (over) return;
        fail(0);
        resolve();
      };
      socket.once("error", broken);
      socket.once("end", broken);
    });

  await Promise.all(Array.from({ length: plan.inFlight }, connection));
  const seconds = (performance.now() - start) / 1_000;
  latencies.sort((a, b) => a - b);
  const quantile = (share: number) => latencies[Math.floor(share * (latencies.length - 1))] ?? Number.NaN;
  return { done, failed, seconds, p50: quantile(0.5), p99: quantile(0.99) };
}

function requestText({ method, path, port }: LoadPlan, body: string): string {
  const head = `${method} ${path} HTTP/1.1\r\nhost: 127.0.0.1:${port}\r\n`;
  if (method === "GET") return `${head}\r\n`;
  return `${head}content-type: application/json\r\ncontent-length: ${body.length}\r\n\r\n${body}`;
}
