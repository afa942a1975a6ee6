/** A value in large type: whole if it is short, otherwise both ends. */
import { endDigits, wholeDigits } from "../../shared/contracts/digits.ts";
import type { Value } from "../../shared/contracts/state.ts";
import { count, digitsOf } from "../numbers/format.ts";
import { Digits } from "./Digits.tsx";

/** More digits than this scroll inside their box, which must then be reachable by keyboard. */
const manyDigits = 400;

function Ends({ head, tail, digits }: { head: string; tail: string; digits: number }) {
  const hidden = digits - head.length - tail.length;
  return (
    <>
      <Digits text={head} total={digits} />
      <span class="between"> … {count(hidden, "digit", "digits")} … </span>
      <Digits text={tail} />
    </>
  );
}

export function NumberText({ value }: { value: Value }) {
  const { value: whole, head = "", tail = "", digitCount, index } = value;
  const scrolls = whole !== undefined && digitCount > manyDigits;
  return (
    <p class="number" {...(scrolls ? { tabIndex: 0, role: "group", "aria-label": `F(${index})` } : {})}>
      {whole === undefined ? <Ends head={head} tail={tail} digits={digitCount} /> : <Digits text={whole} />}
    </p>
  );
}

/** A placeholder of the value's size, which is known in advance: nothing moves when the value arrives. */
export function NumberToCome({ index }: { index: number }) {
  const digits = digitsOf(index);
  const end = "·".repeat(endDigits);
  return (
    <p class="number to-come" aria-hidden="true">
      {digits > wholeDigits ? (
        <Ends head={end} tail={end} digits={digits} />
      ) : (
        <Digits text={"·".repeat(digits)} />
      )}
    </p>
  );
}
