import type { Page } from "playwright-core";
import { get } from "../support/client.ts";
import { enter, submission } from "./actions.ts";
import { openPage, phone } from "./browser.ts";
import { useStage } from "./stage.ts";

/** It has 10,000,059 digits. */
const index = 47_850_000;

describe("The viewer of ten million digits", () => {
  const stage = useStage({ UPPER_LIMIT: "50000000" });

  async function open(options?: Parameters<typeof openPage>[2]): Promise<Page> {
    const page = await openPage(stage.browser, stage.system.apiUrl, options);
    await enter(page, `${index}`);
    await submission(page, "47,850,000").getByRole("button", { name: "View all" }).click();
    await page.getByRole("dialog").waitFor();
    return page;
  }

  const digits = async (from: number, count: number) =>
    (
      await get(`${stage.system.apiUrl}/values/${index}/digits`, {
        range: `bytes=${from}-${from + count - 1}`,
      })
    ).text;

  test("it shows the digits at any place, and fetches only what is looked at", async () => {
    const page = await open();
    let fetched = 0;
    page.on("response", async (response) => {
      if (response.url().endsWith("/digits")) fetched += Number(response.headers()["content-length"]);
    });
    await page
      .getByText((await digits(0, 10)).slice(0, 10))
      .first()
      .waitFor();
    await page.getByLabel("Go to digit").fill("5000001");
    await page.keyboard.press("Enter");
    await page.getByText(await digits(5_000_000, 10)).waitFor();
    await page.getByLabel("Go to digit").fill("10000059");
    await page.keyboard.press("Enter");
    await page.getByText(await digits(10_000_050, 9)).waitFor();
    expect(fetched).toBeLessThan(200_000);
    expect(await page.locator(".digit-row").count()).toBeLessThan(80);
    await page.context().close();
  });

  test("the keyboard scrolls it, and Escape closes it", async () => {
    const page = await open();
    await page.getByText("1", { exact: true }).first().waitFor();
    await page.keyboard.press("End");
    await page.getByText(await digits(10_000_050, 9)).waitFor();
    await page.keyboard.press("Home");
    await page
      .getByText(await digits(0, 10))
      .first()
      .waitFor();
    await page.keyboard.press("Escape");
    await page.getByRole("dialog").waitFor({ state: "hidden" });
    await page.context().close();
  });

  test("a phone scrolls to the last digit, too", async () => {
    const page = await open(phone);
    const scroller = page.getByLabel("Digits of F(47850000)");
    await scroller.evaluate((element) => {
      element.scrollTop = element.scrollHeight;
    });
    await page.getByText(await digits(10_000_050, 9)).waitFor();
    expect(await scroller.evaluate((element) => element.scrollWidth - element.clientWidth)).toBe(0);
    await page.context().close();
  });
});
