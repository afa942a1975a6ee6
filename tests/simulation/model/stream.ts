/**
 * A Redis stream with its consumer groups: XADD with an approximate MAXLEN, XREADGROUP, XPENDING,
 * XCLAIM, XACK and the `lag` of XINFO GROUPS. tests/simulation/conformance runs the same scripts
 * on a real server.
 */
export interface StreamEntry {
  /** Grows with time: milliseconds · 1000 + a sequence. */
  readonly id: number;
  readonly data: string;
}

interface Pending {
  deliveredAt: number;
  count: number;
}

interface Group {
  lastId: number;
  readonly pending: Map<number, Pending>;
  /** How many entries the group has read; undefined when Redis cannot tell any more. */
  entriesRead: number | undefined;
}

/** How a stream is trimmed. */
export interface Trim {
  maxLength: number;
  /** Entries in one node of the stream's tree: an approximate trim removes whole nodes only. 100 in Redis. */
  node: number;
}

export class Stream {
  entries: StreamEntry[] = [];
  groups = new Map<string, Group>();
  lastId = 0;
  added = 0;
  /** The greatest id that was trimmed. */
  trimmedTo = 0;
  /** Entries that were trimmed before a group had acknowledged them; for the checks alone. */
  trimmedUnacknowledged = 0;

  add(now: number, data: string, trim: Trim | undefined): number {
    const id = Math.max(this.lastId + 1, Math.floor(now) * 1_000);
    this.lastId = id;
    this.added += 1;
    this.entries.push({ id, data });
    if (trim) this.#trim(trim);
    return id;
  }

  #trim({ maxLength, node }: Trim): void {
    while (this.entries.length - node >= maxLength) {
      const gone = this.entries.splice(0, node);
      this.trimmedTo = gone.at(-1)!.id;
      for (const { lastId, pending } of this.groups.values()) {
        for (const { id } of gone) if (id > lastId || pending.has(id)) this.trimmedUnacknowledged += 1;
      }
    }
  }

  /** XGROUP CREATE … 0 MKSTREAM; a group that is there stays as it is. */
  createGroup(name: string): void {
    if (this.groups.has(name)) return;
    this.groups.set(name, { lastId: 0, pending: new Map(), entriesRead: undefined });
  }

  /** XREADGROUP … >. @returns undefined when there is no such group. */
  read(now: number, name: string, count: number): StreamEntry[] | undefined {
    const group = this.groups.get(name);
    if (!group) return undefined;
    const from = this.#after(group.lastId);
    const read = this.entries.slice(from, from + count);
    for (const { id } of read) {
      this.#countRead(group, id);
      group.lastId = id;
      group.pending.set(id, { deliveredAt: now, count: 1 });
    }
    return read;
  }

  hasUnread(name: string): boolean {
    const group = this.groups.get(name);
    return group === undefined || this.lastEntryId > group.lastId;
  }

  get lastEntryId(): number {
    return this.entries.at(-1)?.id ?? 0;
  }

  /** XPENDING - + COUNT: the first ids and how long they have been idle. */
  pendingOf(now: number, name: string, count: number): { id: number; idle: number }[] {
    const pending = this.groups.get(name)?.pending;
    if (!pending || pending.size === 0) return [];
    const ids = [...pending.keys()].sort((a, b) => a - b).slice(0, count);
    return ids.map((id) => ({ id, idle: now - pending.get(id)!.deliveredAt }));
  }

  /** XCLAIM. Entries that were trimmed leave the pending list and are not returned, as since Redis 7.0. */
  claim(now: number, name: string, minIdle: number, ids: number[]): StreamEntry[] {
    const pending = this.groups.get(name)?.pending;
    if (!pending) return [];
    return ids.flatMap((id) => {
      const item = pending.get(id);
      if (!item || now - item.deliveredAt < minIdle) return [];
      const entry = this.entries[this.#after(id - 1)];
      if (entry?.id !== id) {
        pending.delete(id);
        return [];
      }
      item.deliveredAt = now;
      item.count += 1;
      return [entry];
    });
  }

  acknowledge(name: string, id: number): void {
    this.groups.get(name)?.pending.delete(id);
  }

  /** What KEDA scales by: entries that the group has not read; undefined when Redis cannot tell. */
  lag(name: string): number | undefined {
    const group = this.groups.get(name);
    if (!group) return undefined;
    if (this.added === 0) return 0;
    const read = group.entriesRead ?? this.#estimateRead(group.lastId);
    return read === undefined ? undefined : this.added - read;
  }

  clone(): Stream {
    const copy = new Stream();
    Object.assign(copy, this);
    copy.entries = [...this.entries];
    copy.groups = new Map(
      [...this.groups].map(([name, group]) => {
        const pending = new Map([...group.pending].map(([id, item]) => [id, { ...item }]));
        return [name, { ...group, pending }];
      }),
    );
    return copy;
  }

  /** Index of the first entry after an id. */
  #after(id: number): number {
    let low = 0;
    let high = this.entries.length;
    while (low < high) {
      const middle = (low + high) >> 1;
      if (this.entries[middle]!.id <= id) low = middle + 1;
      else high = middle;
    }
    return low;
  }

  #countRead(group: Group, id: number): void {
    if (group.entriesRead !== undefined) group.entriesRead += 1;
    else group.entriesRead = this.#estimateRead(id);
  }

  /** How many entries there were up to an id, where that is certain. */
  #estimateRead(id: number): number | undefined {
    if (this.entries.length === 0) return id < this.lastId ? undefined : this.added;
    if (id === this.lastId) return this.added;
    const first = this.entries[0]!.id;
    if (id < first) return this.added - this.entries.length;
    if (id === first) return this.added - this.entries.length + 1;
    return undefined;
  }
}
