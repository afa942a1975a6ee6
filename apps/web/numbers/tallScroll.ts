/**
 * Scrolling a list that is taller than browsers allow. An element can be 17 to
 * 33 million pixels tall; a taller list is mapped onto a shorter element, in
 * proportion.
 */

export interface Size {
  rows: number;
  rowHeight: number;
  /** Visible height in pixels. */
  view: number;
}

const tallest = 16_000_000;

/** Height of the element, in pixels. */
export const scrolledHeight = (height: number): number => Math.min(height, tallest);

/** Pixels of the list for each pixel of scrolling: 1 unless the list is too tall. */
function ratio({ rows, rowHeight, view }: Size): number {
  const height = rows * rowHeight;
  return height <= tallest ? 1 : (height - view) / (tallest - view);
}

/** The row at the upper edge, with its fraction. */
export const rowAt = (scrollTop: number, size: Size): number => (scrollTop * ratio(size)) / size.rowHeight;

/** Where to draw `row`, in pixels from the top of the element, at this scroll position. */
export const offsetAt = (row: number, scrollTop: number, size: Size): number =>
  row * size.rowHeight - scrollTop * ratio(size) + scrollTop;

/** The scroll position that puts `row` at the upper edge. */
export const scrollTo = (row: number, size: Size): number => (row * size.rowHeight) / ratio(size);
