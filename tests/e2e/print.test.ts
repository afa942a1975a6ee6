import { post } from "../support/client.ts";
import { rows, untilCount } from "./actions.ts";
import { desktop, openPage, phone } from "./browser.ts";
import { useStage } from "./stage.ts";

/** More than the rows that fit on a screen, and more than one page of the API. */
const entries = 130;

describe("The whole history on one picture", () => {
  const stage = useStage();

  beforeAll(async () => {
    for (let at = 0; at < entries; at += 10) {
      const ten = Array.from({ length: 10 }, (_, i) =>
        post(`${stage.system.apiUrl}/values`, { index: at + i }),
      );
      await Promise.all(ten);
    }
  });

  test.each([
    ["a wide screen", desktop],
    ["a phone", phone],
  ])(
    "a full-page screenshot has every loaded entry with its value, without scrolling, on %s",
    async (_name, options) => {
      const page = await openPage(stage.browser, stage.system.apiUrl, options);
      await untilCount(rows(page), 50);
      const gaps = () =>
        page.evaluate(() => {
          const list = document.querySelector(".history-rows")!;
          const shown = [...list.querySelectorAll(".row.calculated")].map((row) =>
            row.getBoundingClientRect(),
          );
          const height = shown.reduce((sum, box) => sum + box.height, 0);
          return Math.round(list.getBoundingClientRect().height - height);
        });
      await page.waitForFunction(() => !document.querySelector(".row:not(.calculated)"));
      expect(await page.evaluate(() => scrollY)).toBe(0);
      expect(await gaps()).toBe(0);
      await page.context().close();
    },
  );

  test("on paper every loaded entry follows the one before it, in dark colours on white", async () => {
    const page = await openPage(stage.browser, stage.system.apiUrl, { ...desktop, colorScheme: "dark" });
    await page.getByRole("button", { name: "Load more" }).click();
    await untilCount(rows(page), 100);
    await page.waitForFunction(() => !document.querySelector(".row:not(.calculated)"));
    await page.emulateMedia({ media: "print", colorScheme: "dark" });
    const paper = await page.evaluate(() => {
      const shown = [...document.querySelectorAll(".row")].map((row) => row.getBoundingClientRect());
      const steps = shown.slice(1).map((box, at) => Math.round(box.top - shown[at]!.bottom));
      return {
        rows: shown.length,
        gaps: steps.filter((step) => step !== 0).length,
        ink: getComputedStyle(document.body).color,
        field: document.querySelector("#indexes")?.checkVisibility(),
      };
    });
    expect(paper).toEqual({ rows: expect.any(Number), gaps: 0, ink: "rgb(23, 33, 29)", field: false });
    expect(paper.rows).toBeGreaterThanOrEqual(100);
    await page.context().close();
  });

  test("a long history is printed as a whole, though only its visible rows are in the document on a screen", async () => {
    const more = Array.from({ length: 600 }, (_, index) => index);
    for (let at = 0; at < more.length; at += 50) {
      await Promise.all(
        more.slice(at, at + 50).map((index) => post(`${stage.system.apiUrl}/values`, { index })),
      );
    }
    const page = await openPage(stage.browser, stage.system.apiUrl);
    const end = page.getByText(/End of the history: .* entries\./);
    while (!(await end.isVisible())) {
      await page.locator(".history-end").scrollIntoViewIfNeeded();
      await page
        .getByText(/End of the history|Load more/)
        .first()
        .waitFor();
    }
    const total = Number(((await end.textContent()) ?? "").replace(/\D/g, ""));
    expect(total).toBeGreaterThan(700);
    expect(await rows(page).count()).toBeLessThan(80);
    const pdf = await page.pdf({ format: "A4" });
    // A sheet holds about 26 rows of 40 pixels.
    const sheets = (pdf.toString("latin1").match(/\/Type \/Page\b/g) ?? []).length;
    expect(sheets).toBeGreaterThan(total / 30);
    await page.context().close();
  });
});
