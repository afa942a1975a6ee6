/** Digits in groups of three. The gaps are margins, so that a selection copies the bare number. */
import { groups } from "../numbers/format.ts";

interface Props {
  text: string;
  /** Count of digits of the whole number, if `text` is only its beginning. */
  total?: number;
}

export function Digits({ text, total = text.length }: Props) {
  return (
    <>
      {groups(text, total).map((group) => (
        <>
          <span class="group">{group}</span>
          <wbr />
        </>
      ))}
    </>
  );
}
