/** Digits in groups of three. The gaps are style, so that what is selected and copied is the bare number. */
import { groups } from "../numbers/format.ts";

interface Props {
  text: string;
  /** Count of digits of the number that `text` begins, when it is not the whole. */
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
