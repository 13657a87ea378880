import { expect, test } from "@playwright/test";
import { startItems } from "./item-stage.ts";
import { callApi, cancelRun } from "./panel-api.ts";
import { openAs } from "./people.ts";
import { Visitor } from "./visit.ts";

const mark = Date.now().toString(36).slice(-6);
/** As long as a title may be, and an address nobody can break. */
const LONG = `Open the port in the firewall of the machine room and write down which rule it was ${mark} ${"x".repeat(60)}`;
const HOW =
  "## First\n\n- [x] ask\n- [ ] wait\n\n> quoted\n\n```\ncurl -sv https://pad-notes.example.org/ | grep -i subject | head -1 | tee -a /tmp/a-long-line\n```";

let sam: Visitor;
let manager: Visitor;
let runId: number;

test.describe.configure({ mode: "serial" });

test.beforeAll(async ({ browser, baseURL }) => {
  sam = new Visitor(await openAs(browser, baseURL, /Sam Sand/));
  manager = new Visitor(await openAs(browser, baseURL, /Mark Mast/));
  runId = await startItems(
    sam.page,
    { browser, baseURL },
    {
      title: `Pages of items ${mark}`,
      items: [
        { key: "long", title: LONG, instructions: HOW, evidence: "link", estimateMinutes: 90, dueDays: 1 },
        { key: "short", title: `Tell them ${mark}` },
      ],
    },
  );
});

test.afterAll(async () => {
  await cancelRun(sam.page, runId);
  for (const { page } of [sam, manager]) await page.context().close();
});

test("the lists of items, with some and with none", async () => {
  for (const query of ["", "?view=overdue", "?view=all", `?view=all&q=${mark}`, "?q=nothing-is-called-this"])
    await sam.check(`/checklists/items${query}`);
});

test("an item with evidence, a form for more, two people's words, and a waiver", async () => {
  const { page } = manager;
  const { body: run } = await callApi(page, "GET", `/runs/${runId}`);
  const step = run.steps.find(({ title }: { title: string }) => title === LONG);
  const link = { kind: "link", text: `https://tickets.example.org/${"long/".repeat(30)}` };
  expect((await callApi(page, "POST", `/items/${step.id}/evidence`, link)).status).toBe(200);
  await manager.check(`/runs/${runId}#${step.key}`);

  const panel = page.getByRole("region", { name: "For a person to do" });
  await panel.getByRole("button", { name: "Add a file" }).click();
  await expect(panel.getByLabel("File")).toBeVisible();
  await panel.getByRole("textbox", { name: "What you did or saw" }).fill("Ticket 12 is mine");
  const edit = { itemRev: step.item.rev, note: "Rule 88 is theirs" };
  expect((await callApi(sam.page, "PUT", `/items/${step.id}`, edit)).status).toBe(200);
  await panel.getByRole("button", { name: "Look at both" }).click();
  await expect(panel.getByText("Sam Sand saved this item in the meantime")).toBeVisible();
  await manager.look();
  await panel.getByRole("button", { name: "Put these together" }).click();
  await panel.getByRole("button", { name: "Discard" }).click();

  await panel.getByRole("button", { name: /Not applicable/ }).click();
  await expect(page.getByRole("dialog")).toBeVisible();
  await manager.look();
  const until = new Date(Date.now() + 20 * 86_400_000).toISOString();
  const waiver = { reason: "Not before March", until };
  expect((await callApi(page, "POST", `/items/${step.id}/waive`, waiver)).status).toBe(200);
  await manager.check(`/runs/${runId}#${step.key}`);
});
