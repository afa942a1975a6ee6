import type { Random } from "../kernel/random.ts";

/** How a schedule's network behaves. Probabilities from 0 to 1, times in milliseconds. */
export interface Noise {
  /** Usual time that a message takes. */
  usual: number;
  /** How often a message takes up to `slowest`. */
  slow: number;
  slowest: number;
  /** How often a connection breaks before, or after, a command was executed. */
  lostRequest: number;
  lostReply: number;
}

export const quiet: Noise = { usual: 1, slow: 0, slowest: 0, lostRequest: 0, lostReply: 0 };

/** Decides how long each message takes, and which get lost. */
export class Network {
  readonly #random: Random;
  noise: Noise;
  /** See Plan.slowCommits. */
  slowCommits = 0;
  /** Losses only happen while this is true: at the end everything heals. */
  lossy = true;

  constructor(random: Random, noise: Noise) {
    this.#random = random;
    this.noise = noise;
  }

  latency(_link: "app" | "redis" | "postgres" | "client"): number {
    const { usual, slow, slowest } = this.noise;
    const fraction = this.#random.fraction();
    if (this.lossy && fraction < slow) return this.#random.fraction() * slowest;
    return usual * (0.2 + fraction);
  }

  /** Milliseconds that a transaction stays open when its statement is done. */
  commitTime(): number {
    if (this.lossy && this.slowCommits > 0 && this.#random.chance(0.33)) {
      return this.#random.between(this.slowCommits / 2, this.slowCommits);
    }
    return this.latency("postgres");
  }

  loses(part: "request" | "reply"): boolean {
    const probability = part === "request" ? this.noise.lostRequest : this.noise.lostReply;
    return this.lossy && probability > 0 && this.#random.fraction() < probability;
  }

  between(low: number, high: number): number {
    return low + this.#random.fraction() * (high - low);
  }
}
