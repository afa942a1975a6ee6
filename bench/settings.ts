/** How long and how often is measured. */
export interface Settings {
  rounds: number;
  /** Of one contestant in one round. */
  seconds: number;
  inFlight: number;
  /** Requests of each kind before the first round. */
  warmUpRequests: number;
  /** Submissions one after another in each round of the latency. */
  submissions: number;
  drainSeconds: number;
  /** Submissions after which memory is looked at again. */
  memorySubmissions: number;
  starts: number;
  digits: number[];
}

export const whole: Settings = {
  rounds: 5,
  seconds: 2,
  inFlight: 64,
  warmUpRequests: 12_000,
  submissions: 150,
  drainSeconds: 60,
  memorySubmissions: 100_000,
  starts: 3,
  digits: [10_000, 30_000, 100_000, 1_000_000, 10_000_000],
};

/** To see that everything works, or how the wind blows. */
export const quick: Settings = {
  ...whole,
  rounds: 3,
  seconds: 1,
  warmUpRequests: 4_000,
  submissions: 50,
  drainSeconds: 10,
  memorySubmissions: 10_000,
  starts: 1,
  digits: [10_000, 30_000, 100_000],
};
