import { createServer } from "node:http";
import { text } from "node:stream/consumers";

/** The parts of a Zipkin v2 span that tests look at. */
export interface Span {
  traceId: string;
  id: string;
  parentId?: string;
  name: string;
  localEndpoint: { serviceName: string };
  tags: Record<string, string>;
}

/** A Zipkin for tests: takes the spans that sidecars send, and keeps them. */
export async function startSpanCollector() {
  const spans: Span[] = [];
  const server = createServer(async (request, response) => {
    spans.push(...(JSON.parse(await text(request)) as Span[]));
    response.writeHead(202).end();
  });
  await new Promise<void>((resolve) => server.listen(0, "127.0.0.1", resolve));
  const { port } = server.address() as { port: number };
  return {
    endpoint: `http://127.0.0.1:${port}/api/v2/spans`,
    /** What came so far of one trace. */
    ofTrace: (traceId: string) => spans.filter((span) => span.traceId === traceId),
    spans,
    async stop() {
      server.closeAllConnections();
      await new Promise((resolve) => server.close(resolve));
    },
  };
}
