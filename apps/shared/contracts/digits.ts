/** How many digits go where. Numbers alone, so that the page can have them at no cost. */

/** A value with at most this many digits is written out whole wherever it is shown. */
export const wholeDigits = 1_000;

/** How many digits of a longer value are shown from each end. */
export const endDigits = 50;

/** Digits in one chunk of a long value; far below the sidecar's 4 MiB body limit. */
export const chunkDigits = 1_000_000;
