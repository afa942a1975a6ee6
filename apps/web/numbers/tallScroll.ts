/**
 * Scrolling through more rows than an element may be tall. Browsers stop at
 * 17 to 33 million pixels; a taller list is scrolled through a shorter one,
 * in proportion.
 */

export interface Size {
  rows: number;
  rowHeight: number;
  /** Height of the part that is seen. */
  view: number;
}

const tallest = 16_000_000;

/** How tall the element is made. */
export const scrolledHeight = (height: number): number => Math.min(height, tallest);

/** Pixels of the list for one pixel of scrolling: 1 unless it is too tall. */
function ratio({ rows, rowHeight, view }: Size): number {
  const height = rows * rowHeight;
  return height <= tallest ? 1 : (height - view) / (tallest - view);
}

/** The row, with its fraction, at the upper edge. */
export const rowAt = (scrollTop: number, size: Size): number => (scrollTop * ratio(size)) / size.rowHeight;

/** Where to draw `row` so that it is right at this moment. */
export const offsetAt = (row: number, scrollTop: number, size: Size): number =>
  row * size.rowHeight - scrollTop * ratio(size) + scrollTop;

/** Where to scroll so that `row` is at the upper edge. */
export const scrollTo = (row: number, size: Size): number => (row * size.rowHeight) / ratio(size);
