import { Random } from "../kernel/random.ts";
import { type Noise, quiet } from "../model/network.ts";
import type { Plan, Step, Target } from "./plan.ts";

/** Indexes whose calculation takes from some seconds to a minute. */
const longIndexes = [200_000_000, 300_000_000, 450_000_000, 700_000_000, 1_000_000_000];
const shortIndexes = 40;

type Generate = (random: Random) => Omit<Plan, "seed" | "family">;

/** Makes the plan of a seed: always the same. @param family one of `families`; else the seed chooses. */
export function generate(seed: number, family?: string): Plan {
  const random = new Random(Math.imul(seed, 0x9e3779b1) ^ 0x5bd1e995);
  const names = Object.keys(families);
  const chosen = random.pick(names);
  const name = family ?? chosen;
  const make = families[name];
  if (!make) throw new Error(`no such family: ${name}; there are ${names.join(", ")}`);
  const plan = { seed, family: name, ...make(random) };
  plan.steps.sort((a, b) => a.at - b.at);
  return plan;
}

const target = (random: Random, app?: Target["app"]): Target => ({
  app: app ?? random.pick(["api", "calculator"] as const),
  replica: random.between(0, 3),
});

const base = (random: Random): Omit<Plan, "seed" | "family"> => ({
  replicas: { api: random.between(1, 2), calculator: random.between(1, 2) },
  clockSkew: random.chance(0.5) ? [] : [0, random.between(-1_000, 1_000), random.between(-1_000, 1_000)],
  noise: noise(random),
  pages: random.chance(0.3) ? [0] : [],
  steps: [],
});

function noise(random: Random): Noise {
  const usual = random.pick([0.5, 1, 3]);
  if (random.chance(0.5)) return { ...quiet, usual };
  return {
    usual,
    slow: random.pick([0.02, 0.05]),
    slowest: random.pick([50, 500, 8_000]),
    lostRequest: random.pick([0, 0.01]),
    lostReply: random.pick([0, 0.01, 0.05]),
  };
}

/** Entering indexes between two times: few and often the same, so that they meet. */
function submissions(random: Random, from: number, to: number, count: number, long = 0.1): Step[] {
  const some = Array.from({ length: random.between(2, 6) }, () => random.between(0, shortIndexes));
  return Array.from({ length: count }, () => ({
    at: random.between(from, to),
    kind: "submit",
    index: random.chance(long) ? random.pick(longIndexes) : random.pick(some),
    replica: random.between(0, 3),
  }));
}

const seconds = (random: Random, low: number, high: number) => random.between(low * 1_000, high * 1_000);

const processFaults: ((random: Random, at: number) => Step)[] = [
  (random, at) => ({ at, kind: "kill-app", target: target(random), backAfter: seconds(random, 0, 8) }),
  (random, at) => ({ at, kind: "kill-sidecar", target: target(random), backAfter: seconds(random, 0, 8) }),
  (random, at) => ({ at, kind: "lose-node", target: target(random), backAfter: seconds(random, 1, 20) }),
  (random, at) => ({ at, kind: "pause-app", target: target(random), lasts: seconds(random, 1, 50) }),
  (random, at) => ({ at, kind: "pause-sidecar", target: target(random), lasts: seconds(random, 1, 50) }),
  (random, at) => ({ at, kind: "roll", target: target(random) }),
];
const storeFaults: ((random: Random, at: number) => Step)[] = [
  (random, at) => ({ at, kind: "redis-down", lasts: seconds(random, 1, 40) }),
  (random, at) => ({ at, kind: "redis-stalled", lasts: seconds(random, 1, 40) }),
  (random, at) => ({ at, kind: "redis-full", lasts: seconds(random, 1, 20) }),
];
const lossFaults: ((random: Random, at: number) => Step)[] = [
  (random, at) => ({
    at,
    kind: "redis-rolls-back",
    loses: random.between(100, 4_000),
    lasts: random.pick([50, 500, 5_000]),
  }),
  (random, at) => ({ at, kind: "redis-emptied", lasts: seconds(random, 0, 10) }),
];
const historyFaults: ((random: Random, at: number) => Step)[] = [
  (random, at) => ({ at, kind: "postgres-down", lasts: seconds(random, 1, 40) }),
  (random, at) => ({ at, kind: "postgres-stalled", lasts: seconds(random, 1, 40) }),
];

function faults(random: Random, kinds: ((random: Random, at: number) => Step)[], most: number): Step[] {
  return Array.from({ length: random.between(1, most) }, () =>
    random.pick(kinds)(random, random.between(2_000, 24_000)),
  );
}

/** Kinds of schedules; each looks for trouble in another corner. */
export const families: Record<string, Generate> = {
  /** No faults at all: everything has to be quick. */
  calm: (random) => ({
    ...base(random),
    noise: { ...quiet, usual: random.pick([0.5, 2, 10]), slow: 0.05, slowest: 300 },
    pages: [0, 1],
    steps: submissions(random, 1_500, 12_000, random.between(5, 15)),
  }),

  /** Indexes that are cancelled and entered again, at nearly the same time. */
  cancel(random) {
    const index = random.pick(longIndexes);
    const steps: Step[] = [];
    let at = 2_000;
    for (let count = random.between(2, 6); count > 0; count--) {
      steps.push({
        at,
        kind: steps.length % 2 === 0 ? "submit" : "cancel",
        index,
        replica: random.between(0, 1),
      });
      at += random.pick([random.between(0, 40), random.between(0, 40), seconds(random, 0, 6)]);
    }
    // Its event comes again from a calculator that died.
    if (random.chance(0.4)) {
      steps.push({
        at: at - random.between(0, 6_000),
        kind: "lose-node",
        target: target(random, "calculator"),
        backAfter: 1_000,
      });
    }
    return { ...base(random), clockSkew: [], noise: { ...quiet, usual: random.pick([1, 5, 20]) }, steps };
  },

  processes: (random) => ({
    ...base(random),
    steps: [
      ...submissions(random, 1_500, 26_000, random.between(5, 12), 0.25),
      ...faults(random, processFaults, 4),
    ],
  }),

  store: (random) => ({
    ...base(random),
    steps: [
      ...submissions(random, 1_500, 26_000, random.between(5, 12), 0.25),
      ...faults(random, storeFaults, 3),
    ],
  }),

  loss: (random) => ({
    ...base(random),
    steps: [
      ...submissions(random, 1_500, 26_000, random.between(5, 12), 0.15),
      ...faults(random, lossFaults, 2),
    ],
  }),

  history: (random) => ({
    ...base(random),
    steps: [
      ...submissions(random, 1_500, 26_000, random.between(5, 12)),
      ...faults(random, historyFaults, 3),
    ],
  }),

  /** Entries become visible in another order than their positions, and calculators die with what they were given. */
  commits(random) {
    const steps: Step[] = [{ at: 1_500, kind: "submit", index: 3, replica: 0 }];
    for (let count = random.between(2, 4); count > 0; count--) {
      const at = random.between(16_500, 19_500);
      steps.push({ at, kind: "submit", index: random.pick(longIndexes.slice(1)), replica: 0 });
      steps.push({ at: at + random.between(50, 3_000), kind: "submit", index: 3, replica: 1 });
    }
    for (const replica of [0, 1]) {
      steps.push({
        at: random.between(29_500, 32_000),
        kind: "lose-node",
        target: { app: "calculator", replica },
        backAfter: 1_000,
      });
    }
    const noise = { ...quiet, usual: random.pick([1, 5]) };
    return {
      ...base(random),
      clockSkew: [],
      noise,
      replicas: { api: 2, calculator: 2 },
      slowCommits: 14_000,
      steps,
    };
  },

  storm: (random) => ({
    ...base(random),
    steps: [
      ...submissions(random, 1_500, 26_000, random.between(5, 15), 0.15),
      ...faults(random, [...processFaults, ...storeFaults, ...lossFaults, ...historyFaults], 6),
    ],
  }),

  /** More events than the stream holds, in scaled numbers, while a machine is lost. */
  flood(random) {
    const steps: Step[] = [];
    const every = random.pick([40, 60, 100]);
    const until = random.between(12_000, 18_000);
    for (let at = 2_000; at < until; at += every) {
      steps.push({ at, kind: "submit", index: random.between(0, 3), replica: random.between(0, 3) });
    }
    steps.push({
      at: seconds(random, 2, 8),
      kind: "lose-node",
      target: target(random, "api"),
      backAfter: 2_000,
    });
    return {
      ...base(random),
      pages: [],
      noise: { ...quiet, usual: random.pick([1, 5, 20]) },
      scaled: true,
      steps,
    };
  },

  /** Replicas of the API are started again and again, in scaled numbers, while Postgres is away. */
  restarts(random) {
    const steps: Step[] = [{ at: 2_500, kind: "postgres-down", lasts: 30_000 }];
    for (let at = 3_000; at < 30_000; at += 3_000) {
      for (let each = 0; each < 30; each++) {
        steps.push({ at: at + 40 * each, kind: "submit", index: each % 3, replica: 0 });
      }
      steps.push({ at: at + 1_500, kind: "kill-app", target: { app: "api", replica: 0 }, backAfter: 500 });
    }
    const noise = { ...quiet, usual: random.pick([1, 5]) };
    return { ...base(random), replicas: { api: 1, calculator: 1 }, pages: [], noise, scaled: true, steps };
  },

  /** Redis is away for longer than a lease lasts, and an index that is being calculated is entered again when it comes back. */
  return(random) {
    const index = random.pick(longIndexes.slice(3));
    const at = seconds(random, 3, 8);
    const lasts = seconds(random, 24, 40);
    const again = Array.from(
      { length: random.between(1, 3) },
      (): Step => ({
        at: at + lasts + random.between(100, 7_000),
        kind: "submit",
        index,
        replica: 0,
      }),
    );
    return {
      ...base(random),
      replicas: { api: 1, calculator: 2 },
      noise: { ...quiet, usual: random.pick([1, 5]) },
      steps: [
        { at: 2_000, kind: "submit", index, replica: 0 },
        { at, kind: random.pick(["redis-down", "redis-stalled"]), lasts },
        ...again,
      ],
    };
  },

  /** A calculator has to leave while it does not know whether its value was saved. */
  unclear(random) {
    const usual = random.pick([5, 10, 20]);
    // From the request to the save are about eight messages.
    const stalledAt = 5_000 + random.between(4, 12) * usual;
    return {
      ...base(random),
      replicas: { api: 1, calculator: random.between(1, 2) },
      clockSkew: [],
      noise: { ...quiet, usual },
      steps: [
        { at: 5_000, kind: "submit", index: 30, replica: 0 },
        { at: stalledAt, kind: "redis-stalled", lasts: random.between(4_000, 12_000) },
        { at: random.between(1_600, 7_500), kind: "roll", target: target(random, "calculator") },
        { at: random.between(17_000, 40_000), kind: "submit", index: 30, replica: 0 },
      ],
    };
  },

  /** Redis loses its last moments, or everything, while the sweep is looking at a value that was written in them. */
  mark(random) {
    const steps: Step[] = [];
    for (let count = random.between(1, 3); count > 0; count--) {
      const index = random.between(380, 480) * 1_000_000;
      const ends = random.pick([30_000, 40_000]) - random.between(-300, 1_500);
      steps.push({
        at: Math.max(1_500, ends - (index / 1e9) * 60_000),
        kind: "submit",
        index,
        replica: count,
      });
    }
    const lostAt = random.pick([30_000, 40_000]) + random.between(-100, 1_500);
    if (random.chance(0.3)) {
      steps.push({ at: 2_000, kind: "submit", index: 5, replica: 0 });
      steps.push({ at: lostAt, kind: "redis-emptied", lasts: 1 });
    } else {
      const loses = random.between(500, 4_000);
      steps.push({
        at: lostAt - loses,
        kind: "redis-rolls-back",
        loses,
        lasts: random.pick([10, 500, 3_000]),
      });
    }
    return { ...base(random), clockSkew: [], noise: { ...quiet, usual: random.pick([5, 30, 60]) }, steps };
  },

  /** Events that nobody can handle. */
  letters(random) {
    const bad: Step[] = Array.from({ length: random.between(1, 3) }, () => ({
      at: seconds(random, 2, 10),
      kind: "submit-bad",
      what: random.pick(["whole", "part", "unstorable"] as const),
    }));
    const some = random.chance(0.5) ? faults(random, [...processFaults, ...historyFaults], 2) : [];
    return { ...base(random), steps: [...submissions(random, 1_500, 12_000, 3), ...bad, ...some] };
  },

  /** The limit is lowered below an index that is in the history. */
  limit(random) {
    const high = 700_000_000;
    return {
      ...base(random),
      steps: [
        ...submissions(random, 1_500, 12_000, 4, 0),
        { at: seconds(random, 2, 9), kind: "submit", index: high, replica: 0 },
        { at: seconds(random, 9, 12), kind: "limit", upperLimit: 100_000_000 },
      ],
    };
  },
};
