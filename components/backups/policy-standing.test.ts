import { QueryClient, QueryClientProvider } from "@tanstack/react-query";
import { createElement } from "react";
import { renderToStaticMarkup } from "react-dom/server";
import { expect, test } from "vitest";
import type { BackupBoardRow } from "#lib/backups/types.ts";
import { PolicyStanding } from "./policy-standing.tsx";

const AT = "2026-11-21T03:12:00.000Z";
const LAST = {
  ...{ id: "b", state: "verified", availability: "available", proven: "counts", sizeBytes: 10, runId: 1 },
  ...{ startedAt: AT, finishedAt: AT, anomaly: "A hundredth of the usual size.", error: null },
} as const satisfies BackupBoardRow["lastBackup"];
const ROW: BackupBoardRow = {
  ...{
    service: "pads",
    environment: "production",
    policyId: "p",
    policy: "database",
    engine: "mariadb",
    enabled: true,
  },
  ...{
    asOf: AT,
    level: "counts",
    restoreMs: 4_200,
    tooOld: true,
    provenId: "b",
    targetFailingSince: null,
    nextAt: null,
  },
  ...{ overdueSince: null, proofOverdueSince: null, unprovenWhy: null, sizes: [], count: 1, lastBackup: LAST },
  mayMakePolicy: false,
};

/** What the page says once the board's answer is this. */
async function draw(answer: () => Promise<unknown>): Promise<string> {
  const client = new QueryClient({ defaultOptions: { queries: { retry: false, retryOnMount: false } } });
  await client.prefetchQuery({ queryKey: ["backups", "board", { service: "pads" }], queryFn: answer });
  const standing = createElement(PolicyStanding, { service: "pads", policyId: "p" });
  return renderToStaticMarkup(createElement(QueryClientProvider, { client }, standing));
}

test("says what is odd about the last backup, and that what is proven is too old", async () => {
  const page = await draw(async () => ({ rows: [ROW] }));
  expect(page).toContain("A hundredth of the usual size.");
  expect(page).toContain("Too old");
  expect(page).not.toContain("Nothing proven");
});

test("says in one way that nothing is proven, whatever was", async () => {
  expect(await draw(async () => ({ rows: [{ ...ROW, asOf: null, provenId: null }] }))).toContain("Nothing proven now");
});

test("says that it could not be asked", async () => {
  const page = await draw(() => Promise.reject(new Error("The panel does not answer.")));
  expect(page).toContain("The panel does not answer.");
  expect(page).toContain("Try again");
});
