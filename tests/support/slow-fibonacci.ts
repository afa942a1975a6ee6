/** F(0) to F(last) by addition alone: slow, and as simple as the definition. */
export function slowFibonacci(last: number): bigint[] {
  const values = [0n, 1n];
  while (values.length <= last) values.push(values.at(-1)! + values.at(-2)!);
  return values.slice(0, last + 1);
}
