interface Options<Key, Value> {
  max?: number;
  maxSize?: number;
  /** Milliseconds. */
  ttl?: number;
  sizeCalculation?: (value: Value, key: Key) => number;
}

/** `lru-cache` without its arrays, which take longer to make than a schedule takes to run. */
export class LRUCache<Key, Value> {
  readonly #options: Options<Key, Value>;
  readonly #items = new Map<Key, { value: Value; size: number; until: number }>();
  #size = 0;

  constructor(options: Options<Key, Value>) {
    this.#options = options;
  }

  get size() {
    return this.#items.size;
  }

  get(key: Key): Value | undefined {
    const item = this.#fresh(key);
    if (!item) return undefined;
    this.#items.delete(key);
    this.#items.set(key, item);
    return item.value;
  }

  peek(key: Key) {
    return this.#fresh(key)?.value;
  }

  has(key: Key) {
    return this.#fresh(key) !== undefined;
  }

  set(key: Key, value: Value) {
    const { max, maxSize, ttl, sizeCalculation } = this.#options;
    this.delete(key);
    const size = sizeCalculation?.(value, key) ?? 0;
    const until = ttl === undefined ? Number.POSITIVE_INFINITY : host.current.monotonicTime() + ttl;
    this.#items.set(key, { value, size, until });
    this.#size += size;
    while ((max !== undefined && this.#items.size > max) || (maxSize !== undefined && this.#size > maxSize)) {
      this.delete(this.#items.keys().next().value as Key);
    }
    return this;
  }

  delete(key: Key) {
    const item = this.#items.get(key);
    if (!item) return false;
    this.#size -= item.size;
    return this.#items.delete(key);
  }

  clear() {
    this.#items.clear();
    this.#size = 0;
  }

  *keys() {
    yield* [...this.#items.keys()].reverse();
  }
  *values() {
    for (const key of this.keys()) yield this.#items.get(key)!.value;
  }
  *entries() {
    for (const key of this.keys()) yield [key, this.#items.get(key)!.value] as const;
  }
  [Symbol.iterator]() {
    return this.entries();
  }

  #fresh(key: Key) {
    const item = this.#items.get(key);
    if (item && item.until <= host.current.monotonicTime()) {
      this.delete(key);
      return undefined;
    }
    return item;
  }
}
