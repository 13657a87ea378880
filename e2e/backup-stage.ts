import { expect, type Page } from "@playwright/test";
import { containerOf, mariadbIn } from "./outside.ts";
import { callApi } from "./panel-api.ts";

/** The run whose page this is. */
export const runOfPage = (page: Page) => Number(/\/runs\/(\d+)/.exec(page.url())?.[1]);

/** Waits on the run's own page until it is done. */
export async function expectRunDone(page: Page): Promise<void> {
  await expect(page).toHaveURL(/\/runs\/\d+/);
  await expectDone(page, runOfPage(page));
  await expect(page.locator("header:has(h1)").getByText("Done")).toBeVisible();
}

async function expectDone(page: Page, runId: number): Promise<void> {
  const read = async () => (await callApi(page, "GET", `/runs/${runId}`)).body;
  const state = async () => (await read()).state;
  await expect.poll(state, { timeout: 170_000, intervals: [500] }).toMatch(/^(succeeded|failed|cancelled)$/);
  const run = await read();
  const troubles = run.steps.flatMap((step: { key: string; error: { message: string } | null }) =>
    step.error ? [`${step.key}: ${step.error.message}`] : [],
  );
  expect([run.state, ...troubles]).toEqual(["succeeded"]);
}

/** Has a policy's backup taken and proven, without a page of its own. Returns it as the list of backups has it. */
export async function takeBackup(page: Page, policyId: string) {
  const { body, status } = await callApi(page, "POST", `/backup-policies/${policyId}/run`);
  expect([status, body.error]).toEqual([202, undefined]);
  await expectDone(page, body.runId);
  const { body: list } = await callApi(page, "GET", `/backups?policyId=${policyId}`);
  return list.rows.find((row: { runId: number }) => row.runId === body.runId);
}

/** The policy of a service's own database in an environment. */
export async function policyOf(page: Page, service: string, environment: string): Promise<string> {
  const { body } = await callApi(page, "GET", `/backup-policies?service=${service}`);
  const policies: { id: string; environment: string; name: string }[] = body.policies;
  const found = policies.find((policy) => policy.environment === environment && policy.name === "database");
  expect(found).toBeDefined();
  return found?.id ?? "";
}

/** Asks the database of an environment as its own root would. */
export const sqlIn = async (service: string, environment: string, statement: string) =>
  mariadbIn(await containerOf(`${service}-${environment}_db`), service.replaceAll("-", "_"), statement);
