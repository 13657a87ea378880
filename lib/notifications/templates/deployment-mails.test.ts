import { expect, it } from "vitest";
import { DEPLOYMENT_NEWS, type DeploymentNewsKind } from "#lib/releases/constants.ts";
import type { DeploymentNews } from "#lib/releases/queries/read-deployment-news.ts";
import { DEPLOYMENT_NOTICES } from "./deployment-mails.ts";

const CONTEXT = {
  recipientName: "Mark Mast",
  link: (path: string) => `https://panel.example.org${path}`,
  runUrl: "https://panel.example.org/runs/12",
  now: new Date("2026-11-21T03:00:00Z"),
};
const NEWS: DeploymentNews = {
  ...{ id: "d1", serviceName: "pad-notes", environment: "production", release: 5, kind: "release", state: "proposed" },
  ...{ askedBy: "Sam Sand", notes: "Dark mode", commitId: null, image: "demo/web:2", reason: null, outcome: null },
  ...{ needed: 2, given: 0, changes: ["image app changed"], irreversible: true, dataLoss: true, schemaChange: true },
  ...{ infrastructureChange: false, byHand: "Warm the cache", votes: [], startAt: null, reviewDueAt: null },
  ...{ expiresAt: new Date("2026-11-24T03:00:00Z"), reviewed: false, runId: null },
};
function render(kind: DeploymentNewsKind, news: Partial<DeploymentNews> = {}) {
  const notice = DEPLOYMENT_NOTICES.find(({ template }) => template === `deployment-${kind}`);
  if (!notice) throw new Error(`no mail for ${kind}`);
  return notice.render({ ...NEWS, ...news }, CONTEXT);
}

it("asks for an approval with everything that is needed to know how careful to be, and a link that decides nothing", () => {
  expect(render("proposed")).toEqual({
    subject: "Approval wanted: pad-notes release 5 → production",
    page: "https://panel.example.org/deployments/d1",
    text: `Hello Mark Mast,

Sam Sand asks to bring release 5 of pad-notes to production. It needs 2 approvals by 2026-11-24 03:00 UTC.

Read it and decide: https://panel.example.org/deployments/d1
(The link only opens the page; nothing is decided by following it.)

It may lose data, changes the database's schema, cannot simply be taken back, has steps that are done by hand.

What changes:
  image app changed

By hand:
  Warm the cache

Notes of the release:
  Dark mode

All about it: https://panel.example.org/deployments/d1

You get this mail because you asked for it, answer for it, or may decide on it.
`,
  });
});

it("is loud where somebody went past the approval, and about what failed", () => {
  const broke = render("broke-glass", {
    reason: "Production is down.",
    reviewDueAt: new Date("2026-11-22T03:00:00Z"),
  });
  expect(broke).toMatchObject({ urgent: true, subject: expect.stringContaining("WITHOUT APPROVAL") });
  expect(broke.text).toContain("Production is down.");
  expect(broke.text).toContain("Somebody else has to look at it by 2026-11-22 03:00 UTC");
  expect(render("review-overdue")).toMatchObject({ urgent: true });
  const failed = render("finished", { state: "rolled_back", outcome: "Task 1 said: no", runId: 9 });
  expect(failed).toMatchObject({ urgent: true, subject: "FAILED: pad-notes release 5 → production" });
  expect(failed.text).toContain("what ran before runs again");
  expect(failed.text).toContain("  Task 1 said: no");
  expect(failed.text).toContain("https://panel.example.org/runs/9");
  expect(render("finished", { state: "done" }).urgent).toBeUndefined();
});

it("says whose vote was given by whom", () => {
  const votes = [
    { name: "Mark Mast", by: "Mark Mast", decision: "approve", comment: "Fine" },
    { name: "Mona Moor", by: "Bo Borrower", decision: "approve", comment: "" },
  ];
  const { text } = render("approved", { votes, startAt: new Date("2026-11-23T08:00:00Z") });
  expect(text).toContain("It starts at 2026-11-23 08:00 UTC");
  expect(text).toContain("  Mark Mast: yes, “Fine”\n  Mona Moor (given by Bo Borrower): yes");
});

it.each(DEPLOYMENT_NEWS)("has a mail for %s that links to the deployment and fits its column", (kind) => {
  const { subject, text } = render(kind, { serviceName: "s".repeat(40), askedBy: "n".repeat(100) });
  expect(text).toContain("https://panel.example.org/deployments/d1");
  expect(subject.length).toBeLessThan(300);
});
