import { type Browser, expect, type Page } from "@playwright/test";
import { callApi } from "./panel-api.ts";
import { openAs } from "./people.ts";

interface OwnItem {
  key: string;
  title: string;
  instructions?: string;
  evidence?: "note" | "link" | "file";
  estimateMinutes?: number;
  dueDays?: number;
}

/** An administrator publishes a checklist of the organisation's own with these items, and the page's reader starts it. Returns the run. */
export async function startItems(
  page: Page,
  { browser, baseURL }: { browser: Browser; baseURL: string | undefined },
  { title, items }: { title: string; items: OwnItem[] },
): Promise<number> {
  const admin = await openAs(browser, baseURL, /Ada Anchor/);
  const made = await callApi(admin, "POST", "/checklist-templates", {
    title,
    content: { items: items.map(({ key, ...item }) => ({ kind: "own", key: `own.${key}`, ...item })) },
  });
  expect([made.status, made.body.error]).toEqual([201, undefined]);
  const { key, shown } = made.body;
  const published = await callApi(admin, "POST", `/checklist-templates/${key}/publish`, {
    rev: shown.rev,
    note: "First version",
  });
  expect([published.status, published.body.error]).toEqual([200, undefined]);
  await admin.context().close();
  const started = await callApi(page, "POST", "/checklist-runs", { key, subject: "tries", service: null });
  expect([started.status, started.body.error]).toEqual([202, undefined]);
  return started.body.runId;
}
