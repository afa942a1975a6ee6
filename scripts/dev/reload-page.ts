/** Bundled into the page by `npm run dev` only: loads the page again when another one is built. */
const everyMs = 300;
let first: string | undefined;

async function look(): Promise<void> {
  const response = await fetch("./", { cache: "no-store" });
  if (!response.ok) return;
  const page = await response.text();
  first ??= page;
  if (page !== first) location.reload();
}

// While the API restarts it does not answer; the next look does.
setInterval(() => void look().catch(() => {}), everyMs);

export {};
