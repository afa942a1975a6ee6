/**
 * The pictures of the page, and what each shows. The alternative texts are those of the documents:
 * a test holds the documents against this list (tests/unit/web/pictures.test.ts).
 */
export const pictures = {
  values:
    "The page on a desktop: three values, the way of an entry through the system, plots, and the replicas",
  "history-dark":
    "The history on a desktop, in dark colours: entries with their values, times and calculators",
  digits: "The viewer with all 208,988 digits of F(1,000,000)",
  phone: "The page on a phone: F(300) with its 63 digits",
  "phone-system-dark": "The state of the system on a phone, in dark colours: replicas, queue and calculators",
} as const;

export type PictureName = keyof typeof pictures;
