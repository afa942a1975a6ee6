import { call, post } from "../support/client.ts";
import { digitsOf, enter, field, rows, submission } from "./actions.ts";
import { openPage } from "./browser.ts";
import { useStage } from "./stage.ts";

describe("Open pages follow the system", () => {
  const stage = useStage({ UPPER_LIMIT: "1000000000" });

  test("what is entered on one page appears on another at once, with its value", async () => {
    const [one, other] = [
      await openPage(stage.browser, stage.system.apiUrl),
      await openPage(stage.browser, stage.system.apiUrl),
    ];
    await enter(one, "90");
    await rows(other, "90").getByText("370 816 120").waitFor();
    await rows(one, "90").getByText("370 816 120").waitFor();
    await enter(other, "91");
    await rows(one, "91").getByText("375 530 309").waitFor();
    await Promise.all([one, other].map((page) => page.context().close()));
  });

  test("a reload finds the submissions, the history and what was typed", async () => {
    const page = await openPage(stage.browser, stage.system.apiUrl);
    await enter(page, "60");
    await digitsOf(submission(page, "60"));
    await field(page).fill("61, 6");
    await page.reload();
    expect(await field(page).inputValue()).toBe("61, 6");
    expect(await digitsOf(submission(page, "60"))).toBe("1548008755920");
    await rows(page, "60").waitFor();
    await page.context().close();
  });

  test("a page that was offline says so, and misses nothing that happened meanwhile", async () => {
    const page = await openPage(stage.browser, stage.system.apiUrl);
    await page.context().setOffline(true);
    await page.getByText("You are offline.").waitFor();
    await post(`${stage.system.apiUrl}/values`, { index: 70 });
    await page.context().setOffline(false);
    await page.getByText("Live", { exact: true }).waitFor();
    await rows(page, "70").getByText("490 709 135").waitFor();
    expect(await page.getByText("You are offline.").isVisible()).toBe(false);
    await page.context().close();
  });

  test("a page reconnects after the API restarts, and works again", async () => {
    const page = await openPage(stage.browser, stage.system.apiUrl);
    await enter(page, "80");
    await digitsOf(submission(page, "80"));
    await stage.system.api[0]!.app.stop();
    await page.getByText("The API is unreachable.").waitFor();
    await field(page).fill("81");
    await stage.system.api[0]!.app.restart();
    await page.getByText("Live", { exact: true }).waitFor();
    await page.getByRole("button", { name: "Calculate", exact: true }).click();
    expect(await digitsOf(submission(page, "81"))).toBe("37889062373143906");
    await rows(page, "81").getByText("143 906").waitFor();
    await page.context().close();
  });

  // Fails since 2026-11-24: the page does not show the outcome of its second request; the API answers it. To be fixed.
  test.skip("a long calculation shows its progress, and can be cancelled", async () => {
    const page = await openPage(stage.browser, stage.system.apiUrl);
    await enter(page, "600000000");
    const asked = submission(page, "600,000,000");
    await asked.getByText("Calculating").waitFor();
    await asked.getByRole("progressbar").waitFor();
    await asked.getByRole("button", { name: "Cancel" }).click();
    await asked.getByText("Cancelled").waitFor();
    await asked.getByRole("button", { name: "Calculate again" }).waitFor();
    await rows(page, "600,000,000").getByText("cancelled").waitFor();
    await page.context().close();
  });

  test("a dead letter is shown with its reason, and can be replayed", async () => {
    const page = await openPage(stage.browser, stage.system.apiUrl);
    await page.getByText("None. Every event was handled.").waitFor();
    // Neither app can parse it: each of them has a dead letter of it.
    await call(`${stage.system.api[0]!.sidecar.url}/v1.0/publish/pubsub/submitted`, {
      method: "POST",
      body: JSON.stringify({ submissions: "none" }),
      headers: { "content-type": "application/json" },
    });
    const letters = page.locator(".dead-letter");
    await letters.first().waitFor();
    await letters.first().getByText("Event data").click();
    await letters.first().getByText('"submissions": "none"').waitFor();
    await letters.first().getByRole("button", { name: "Replay" }).click();
    await page.getByText("1 event was published again.").waitFor();
    await page.locator(".dead-letter", { hasText: "replayed at" }).first().waitFor();
    // It is dead-lettered again.
    await letters.nth(1).waitFor();
    await page.getByRole("button", { name: "Replay all" }).click();
    await letters.nth(2).waitFor();
    expect(page.complaints).toEqual([]);
    await page.context().close();
  });

  test("the system is shown: the replicas, and where values were read", async () => {
    const page = await openPage(stage.browser, stage.system.apiUrl);
    const shown = page.getByRole("region", { name: "System" });
    await shown.getByText("answers this page").waitFor();
    await shown.getByText("accepted, not yet recorded").waitFor();
    await shown.getByText("Redis master").waitFor();
    await shown.locator(".calculators li").first().waitFor();
    await page.context().close();
  });
});
