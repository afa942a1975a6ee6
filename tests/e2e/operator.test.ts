import type { Page } from "playwright-core";
import { enter, submission } from "./actions.ts";
import { openPage } from "./browser.ts";
import { useStage } from "./stage.ts";

const token = "an-operator-token-of-the-tests";

describe("Operator actions on an API with an operator token", () => {
  const stage = useStage({ UPPER_LIMIT: "1000000000", OPERATOR_TOKEN: token });

  const dialog = (page: Page) => page.getByRole("dialog", { name: "Operator token required" });

  async function giveToken(page: Page, text: string): Promise<void> {
    await dialog(page).getByLabel("Operator token", { exact: true }).fill(text);
    await page.keyboard.press("Enter");
  }

  // Fails since 2026-11-24: the page does not show the outcome of its second request; the API answers it. To be fixed.
  test.skip("cancelling asks for the token, repeats the cancel with it, and does not ask again in this tab", async () => {
    const page = await openPage(stage.browser, stage.system.apiUrl);
    await enter(page, "600000000");
    const first = submission(page, "600,000,000");
    await first.getByRole("button", { name: "Cancel" }).click();
    await dialog(page).waitFor();
    await giveToken(page, "wrong");
    await dialog(page).getByText("The API does not accept this token.").waitFor();
    await giveToken(page, token);
    await dialog(page).waitFor({ state: "hidden" });
    await first.getByText("Cancelled").waitFor();

    await page.reload();
    await enter(page, "600000001");
    const second = submission(page, "600,000,001");
    await second.getByRole("button", { name: "Cancel" }).click();
    await second.getByText("Cancelled").waitFor();
    expect(await dialog(page).isVisible()).toBe(false);
    const kept = await page.evaluate(() => ({
      local: localStorage.length,
      cookie: document.cookie,
      url: location.href,
      session: sessionStorage.getItem("operatorToken"),
    }));
    expect(kept).toEqual({
      local: 0,
      cookie: "",
      url: expect.not.stringContaining(token),
      session: JSON.stringify(token),
    });
    await page.context().close();
  });

  test("the token is sent with operator actions only", async () => {
    const page = await openPage(stage.browser, stage.system.apiUrl);
    await page.evaluate((text) => sessionStorage.setItem("operatorToken", JSON.stringify(text)), token);
    const authorized: string[] = [];
    page.on("request", (request) => {
      if (request.headers().authorization)
        authorized.push(`${request.method()} ${new URL(request.url()).pathname}`);
    });
    await page.reload();
    await page.getByText("Live", { exact: true }).waitFor();
    await enter(page, "600000002");
    const asked = submission(page, "600,000,002");
    await asked.getByRole("button", { name: "Cancel" }).click();
    await asked.getByText("Cancelled").waitFor();
    expect(authorized).toEqual(["DELETE /api/calculations/600000002"]);
    await page.context().close();
  });

  test("closing the question with Escape leaves the calculation running, and says why it was not cancelled", async () => {
    const page = await openPage(stage.browser, stage.system.apiUrl);
    await enter(page, "600000003");
    const asked = submission(page, "600,000,003");
    await asked.getByRole("button", { name: "Cancel" }).click();
    await dialog(page).waitFor();
    await page.keyboard.press("Escape");
    await dialog(page).waitFor({ state: "hidden" });
    await asked.getByText("Not cancelled. This action needs the operator token.").waitFor();
    // The button asks again.
    await asked.getByRole("button", { name: "Cancel" }).click();
    await giveToken(page, token);
    await asked.getByText("Cancelled", { exact: true }).waitFor();
    await page.context().close();
  });
});
