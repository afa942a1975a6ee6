/** F(40), in mathematical notation. */
import { grouped } from "../numbers/format.ts";

export function Term({ index }: { index: number }) {
  return (
    <span class="term">
      <i>F</i>(<b>{grouped(index)}</b>)
    </span>
  );
}
