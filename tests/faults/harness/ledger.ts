/** What clients were promised: counted from their own answers, without a look at the system's inside. */
export class Ledger {
  /** Submission id to index, for every answer 2xx. */
  readonly promised = new Map<string, number>();
  /** Answers by status; 0 is a broken connection or no answer. */
  readonly answers = new Map<number, number>();
  /** Ids that were answered twice; none ever. */
  readonly twice: string[] = [];
  /** Answers that no client should ever get, with what was asked. */
  readonly wrong: string[] = [];

  /** Notes one answer. */
  note(status: number, index: unknown, body: unknown): void {
    this.answers.set(status, (this.answers.get(status) ?? 0) + 1);
    if (status < 200 || status > 299) return;
    const { id } = (body ?? {}) as { id?: string };
    if (typeof id !== "string" || typeof index !== "number") {
      this.wrong.push(`${JSON.stringify(index)} got ${status} ${JSON.stringify(body)}`);
    } else if (this.promised.has(id)) {
      this.twice.push(id);
    } else {
      this.promised.set(id, index);
    }
  }

  get accepted(): number {
    return this.promised.size;
  }

  get refused(): number {
    return [...this.answers].reduce(
      (sum, [status, count]) => (status < 400 && status ? sum : sum + count),
      0,
    );
  }

  toString(): string {
    const each = [...this.answers].sort(([a], [b]) => a - b).map(([status, count]) => `${count} × ${status}`);
    return `${this.accepted} promised (${each.join(", ")})`;
  }
}
