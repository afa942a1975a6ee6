/**
 * Take the places of the globals that tell or take time, and of `process` and `console`: the bundler
 * puts these names wherever the code of an app uses the global of that name.
 */
const RealDate = globalThis.Date;

class Handle {
  readonly inner: { cancelled: boolean };
  constructor(inner: { cancelled: boolean }) {
    this.inner = inner;
  }
  ref() {
    return this;
  }
  unref() {
    return this;
  }
  hasRef() {
    return true;
  }
}

type Action = (...given: unknown[]) => void;

const startTimeout = (action: Action, milliseconds = 1, ...given: unknown[]) =>
  new Handle(host.current.defer(Math.max(1, milliseconds), () => action(...given)));

const startImmediate = (action: Action, ...given: unknown[]) =>
  new Handle(host.current.defer(0, () => action(...given)));

function startInterval(action: Action, milliseconds = 1, ...given: unknown[]) {
  const inner = { cancelled: false };
  const again = () => {
    host.current.defer(Math.max(1, milliseconds), () => {
      if (inner.cancelled) return;
      again();
      action(...given);
    });
  };
  again();
  return new Handle(inner);
}

function stopTimer(handle: Handle | undefined): void {
  if (handle) handle.inner.cancelled = true;
}

class ProcessDate extends RealDate {
  constructor(...given: [] | [number | string]) {
    super(given.length === 0 ? host.current.wallTime() : given[0]);
  }
  static override now() {
    return host.current.wallTime();
  }
}

const processOfApp = {
  get env() {
    return host.current.variables;
  },
  pid: 1,
  on(name: string, action: (name: string) => void) {
    host.current.onSignal(name, action);
  },
  once(name: string, action: (name: string) => void) {
    host.current.onSignal(name, action);
  },
  exit(code = 0) {
    host.current.exit(code);
  },
  stdout: { on() {}, write() {} },
  memoryUsage: { rss: () => 0 },
  uptime: () => host.current.monotonicTime() / 1_000,
};

const consoleOfApp = {
  log() {},
  warn() {},
  error(text: string) {
    host.current.log("error", {}, text);
  },
};

const performance = { now: () => host.current.monotonicTime(), timeOrigin: 0 };

export {
  consoleOfApp as console,
  ProcessDate as Date,
  performance,
  processOfApp as process,
  startImmediate as setImmediate,
  startInterval as setInterval,
  startTimeout as setTimeout,
  stopTimer as clearImmediate,
  stopTimer as clearInterval,
  stopTimer as clearTimeout,
};
