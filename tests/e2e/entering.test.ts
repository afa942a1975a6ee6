import { waitFor } from "../../scripts/local/wait-for.ts";
import { get, post } from "../support/client.ts";
import { slowFibonacci } from "../support/slow-fibonacci.ts";
import { digitsOf, enter, field, rows, submission, untilCount } from "./actions.ts";
import { openPage } from "./browser.ts";
import { useStage } from "./stage.ts";

describe("Entering indexes on the page", () => {
  const stage = useStage();

  test("an index that is entered gets its exact value, beside the field and in the history", async () => {
    const page = await openPage(stage.browser, stage.system.apiUrl);
    await enter(page, "100");
    expect(await digitsOf(submission(page, "100"))).toBe("354224848179261915075");
    await submission(page, "100").getByText("21 digits").waitFor();
    await rows(page, "100").getByText("915 075").waitFor();
    expect(await field(page).inputValue()).toBe("");
    expect(page.complaints).toEqual([]);
    await page.context().close();
  });

  test("several indexes and ranges go at once, and each gets its value", async () => {
    const exact = slowFibonacci(1_010);
    const page = await openPage(stage.browser, stage.system.apiUrl);
    await enter(page, "10, 20, 1000-1010");
    await page.getByText("All 13 calculated; 8 more are in the history").waitFor();
    expect(await digitsOf(submission(page, "10"))).toBe("55");
    expect(await digitsOf(submission(page, "1,000"))).toBe(String(exact[1_000]));
    await rows(page, "1,010").first().waitFor();
    await page.context().close();
  });

  test("the value of an index that was entered before comes from cache", async () => {
    const page = await openPage(stage.browser, stage.system.apiUrl);
    await enter(page, "77");
    await submission(page, "77").getByText("Calculated").waitFor();
    await enter(page, "77");
    await submission(page, "77").first().getByText("From cache").waitFor();
    await untilCount(rows(page, "77"), 2);
    await rows(page, "77").first().getByText("from cache").waitFor();
    await page.context().close();
  });

  test("a long value shows both ends and the count of its digits", async () => {
    const exact = String(slowFibonacci(30_000)[30_000]);
    const page = await openPage(stage.browser, stage.system.apiUrl);
    await enter(page, "30000");
    const shown = await digitsOf(submission(page, "30,000"));
    expect(shown.startsWith(exact.slice(0, 50))).toBe(true);
    expect(shown.endsWith(exact.slice(-50))).toBe(true);
    await submission(page, "30,000").getByText("6,270 digits", { exact: true }).waitFor();
    await page.context().close();
  });

  test.each([
    ["abc", "“abc” is not a whole number."],
    ["1.5", "“1.5” is not a whole number."],
    ["-5", "“-5” is below 0."],
    ["20-10", "Write the smaller index first: 10-20."],
    ["5, 1000001", "1,000,001 is too high: the highest index is 1,000,000."],
    ["1,000,000", "“000” begins with a zero."],
    ["0-500", "That is 501 indexes. At most 500 can be entered at once."],
    [" ", "Enter an index first"],
  ])("entering %p is explained next to the field, and nothing typed is lost", async (text, words) => {
    const page = await openPage(stage.browser, stage.system.apiUrl);
    await enter(page, text);
    await page.getByRole("alert").getByText(words).waitFor();
    expect(await field(page).inputValue()).toBe(text);
    expect(await field(page).getAttribute("aria-invalid")).toBe("true");
    await field(page).fill("1");
    expect(await page.getByRole("alert").textContent()).toBe("");
    await page.context().close();
  });

  test("indexes that the API does not accept are back in the field, with the reason", async () => {
    const page = await openPage(stage.browser, stage.system.apiUrl);
    await page.context().setOffline(true);
    await enter(page, "50-52, 60");
    await page.getByRole("alert").getByText("4 of 4 indexes are back in the field").waitFor();
    expect(await field(page).inputValue()).toBe("50-52, 60");
    await page.context().setOffline(false);
    await page.getByRole("button", { name: "Calculate", exact: true }).click();
    await page.getByText("All 4 calculated").waitFor();
    await page.context().close();
  });

  test("a page reads the values of its history in one request for each hundred rows", async () => {
    const url = stage.system.apiUrl;
    await Promise.all(Array.from({ length: 50 }, (_, at) => post(`${url}/values`, { index: 500 + at })));
    await waitFor("the newest fifty values", async () => {
      const indexes = Array.from({ length: 50 }, (_, at) => 500 + at).join();
      const { body } = await get(`${url}/values?indexes=${indexes}`);
      return (body as { values: unknown[] }).values.length === 50;
    });
    const context = await stage.browser.newContext();
    const page = await context.newPage();
    const reads: string[] = [];
    page.on("request", (request) => {
      const { pathname, search } = new URL(request.url());
      if (pathname.startsWith("/api/values")) reads.push(`${pathname}${search.replace(/\d+(,\d+)*/, "…")}`);
    });
    await page.goto(url);
    await page.waitForFunction(() => document.querySelectorAll(".row.calculated").length >= 50);
    expect(new Set(reads)).toEqual(new Set(["/api/values?indexes=…"]));
    expect(reads.length).toBeLessThanOrEqual(2);
    await context.close();
  });

  test("the history is filtered by index, and paged without end", async () => {
    const page = await openPage(stage.browser, stage.system.apiUrl);
    await Promise.all(
      Array.from({ length: 160 }, (_, at) => post(`${stage.system.apiUrl}/values`, { index: at })),
    );
    const everything = page.getByText(/End of the history: .* entries\./);
    for (;;) {
      await page.locator(".history-end").scrollIntoViewIfNeeded();
      if (await everything.isVisible()) break;
      await page
        .getByText(/End of the history|Load more/)
        .first()
        .waitFor();
    }
    const count = Number(((await everything.textContent()) ?? "").replace(/\D/g, ""));
    expect(count).toBeGreaterThan(160);
    expect(await rows(page).count()).toBe(count);
    await page.getByLabel("Filter by index").fill("77");
    await page.getByText(/entries of index 77\./).waitFor();
    expect(await rows(page).count()).toBe(await rows(page, "77").count());
    await page.context().close();
  });
});
