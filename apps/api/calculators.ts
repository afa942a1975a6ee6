import type { SystemState } from "../shared/contracts/http.ts";
import type { Value } from "../shared/contracts/state.ts";

/** The calculators that this replica heard of, by the values they announced. */
export interface Calculators {
  note(values: Value[]): void;
  list(): SystemState["calculators"];
}

/** A calculator that has not been heard of for long makes room for others. */
const most = 100;

export function openCalculators(): Calculators {
  const heard = new Map<string, { calculated: number; lastAt: string }>();
  return {
    note(values) {
      for (const { calculatedBy, calculatedAt } of values) {
        const { calculated = 0, lastAt = "" } = heard.get(calculatedBy) ?? {};
        heard.delete(calculatedBy);
        heard.set(calculatedBy, {
          calculated: calculated + 1,
          lastAt: [lastAt, calculatedAt].sort()[1] as string,
        });
        if (heard.size > most) heard.delete(heard.keys().next().value as string);
      }
    },
    list: () => [...heard].map(([replica, numbers]) => ({ replica, ...numbers })),
  };
}
