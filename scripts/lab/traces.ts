/** Keeps the spans that sidecars send in Zipkin's format, and draws a trace as a tree. */
export interface Traces {
  take(spans: Span[]): void;
  draw(traceId: string): string;
}

interface Span {
  traceId: string;
  id: string;
  parentId?: string;
  name: string;
  /** Microseconds. */
  timestamp: number;
  duration?: number;
  localEndpoint: { serviceName: string };
}

const mostSpans = 20_000;

export function openTraces(): Traces {
  const spans: Span[] = [];
  return {
    take(more) {
      spans.push(...more);
      spans.splice(0, spans.length - mostSpans);
    },
    draw(traceId) {
      const ours = spans.filter((span) => span.traceId === traceId).sort((a, b) => a.timestamp - b.timestamp);
      const known = new Set(ours.map(({ id }) => id));
      const lines: string[] = [];
      const add = (span: Span, depth: number) => {
        const milliseconds = ((span.duration ?? 0) / 1_000).toFixed(1);
        lines.push(
          `${"  ".repeat(depth)}${span.localEndpoint.serviceName}: ${span.name} (${milliseconds} ms)`,
        );
        for (const child of ours) if (child.parentId === span.id) add(child, depth + 1);
      };
      // The first span's parent is with whoever began the trace.
      for (const span of ours) if (!span.parentId || !known.has(span.parentId)) add(span, 0);
      return lines.join("\n");
    },
  };
}
