/** The part of the page that the address names; narrow screens show one at a time. */
import { type ReadonlySignal, signal } from "@preact/signals";

export function viewOfAddress<View extends string>(names: readonly View[]): ReadonlySignal<View> {
  const named = () => names.find((name) => location.hash === `#${name}`) ?? names[0]!;
  const view = signal(named());
  addEventListener("hashchange", () => {
    view.value = named();
  });
  return view;
}
