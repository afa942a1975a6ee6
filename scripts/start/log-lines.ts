// True of every local start, and nothing that anybody has to do something about. mDNS finds no interface on a
// machine without a network; no sidecar here looks for another one. The callers' sidecar has no app.
const expected =
  /mTLS is disabled|Actor runtime disabled|Scheduler disabled|increasedCardinality|mdns|Did you configure an app-port/;

/** What Node says of its inspector. */
const inspector =
  /^(Debugger (listening|attached|ending)|For help, see: .*inspector|Waiting for the debugger)/;

/** What a line of `dapr run` means to a person who looks at the terminal. */
export type LogLine = {
  /** The line as it should be shown; undefined for what only matters in the log file. */
  shown?: string;
  /** Set when a part cannot go on. */
  fatal?: string;
};

/** Reads one line: the CLI's own, a sidecar's ("time=… level=…") or an app's ("== APP - api == {…}"). */
export function readLine(line: string): LogLine {
  const sidecar = /level=(warning|error|fatal) msg="((?:[^"\\]|\\.)*)" app_id=(\S+)/.exec(line);
  if (sidecar) {
    const [, level, message = "", app] = sidecar;
    if (expected.test(message)) return {};
    const text = message.replace(/\\n\\t?/g, "\n    ").replace(/\\"/g, '"');
    const shown = `${app} sidecar ${level}: ${text}`;
    return level === "fatal" ? { fatal: `The sidecar of ${app} cannot start: ${text}` } : { shown };
  }
  const app = /^== APP - (\S+) == (.*)$/.exec(line);
  if (app) return readAppLine(app[1]!, app[2]!);
  if (line.includes("❌")) return { fatal: line.replace(/^.*❌\s*/, "dapr run: ") };
  return {};
}

/** Reads a line that an app wrote. */
export function readAppLine(app: string, text: string): LogLine {
  try {
    const { level, msg, err } = JSON.parse(text) as {
      level: number;
      msg?: string;
      err?: { message?: string };
    };
    if (["trace", "debug", "info", 10, 20, 30].some((quiet) => quiet === level)) return {};
    return { shown: `${app}: ${[msg, err?.message].filter(Boolean).join(": ")}` };
  } catch {
    // Not a log line: a stack trace, or what Node itself says.
    return text.trim() && !inspector.test(text) ? { shown: `${app}: ${text}` } : {};
  }
}
