import { expect, type Page } from "@playwright/test";

interface ApiAnswer {
  status: number;
  // biome-ignore lint/suspicious/noExplicitAny: answers of the API are read as they come; what is wrong fails the test
  body: any;
}

/** Asks the panel's API with the session of a page, as the page itself would. */
export async function callApi(page: Page, method: string, path: string, data?: object): Promise<ApiAnswer> {
  const { origin } = new URL(page.url());
  const answer = await page.request.fetch(`${origin}/api/v1${path}`, {
    method,
    headers: { origin, accept: "application/json" },
    failOnStatusCode: false,
    ...(data ? { data } : {}),
  });
  return { status: answer.status(), body: await answer.json() };
}

type Answers = Record<string, Record<string, unknown>>;

/** Begins a draft with these answers over the defaults. Returns its id. */
export async function createDraft(page: Page, answers: Answers): Promise<string> {
  const { body: draft } = await callApi(page, "POST", "/drafts");
  const saved = await callApi(page, "PATCH", `/drafts/${draft.id}`, { rev: draft.rev, answers });
  expect(saved.status).toBe(200);
  return draft.id;
}

/** Plans a draft and waits for the plan. Returns the plan's run. */
export async function planDraft(page: Page, draftId: string): Promise<number> {
  const { body } = await callApi(page, "POST", `/drafts/${draftId}/plan`);
  await expect
    .poll(async () => (await callApi(page, "GET", `/runs/${body.runId}`)).body.state, { timeout: 60_000 })
    .toBe("succeeded");
  return body.runId;
}

/** Answers of a service that a person deploys by hand: its run makes little and then waits for somebody. */
export const byHand = (name: string): Answers => ({
  identity: { name, purpose: "Minutes and decisions of every committee, searchable and kept for seven years" },
  placement: { method: "nixos", nixosPackage: "etherpad", nixosHost: "app-01" },
  exposure: { audience: "internal" },
});

/** Starts provisioning from a draft; from here on the service exists. Returns the run. */
export async function startService(page: Page, answers: Answers): Promise<number> {
  const draftId = await createDraft(page, answers);
  const planRunId = await planDraft(page, draftId);
  const { body, status } = await callApi(page, "POST", `/drafts/${draftId}/start`, { planRunId });
  expect(status).toBe(200);
  return body.runId;
}

/** Stops a run that a test has no more use for. */
export const cancelRun = (page: Page, runId: number) => callApi(page, "POST", `/runs/${runId}/cancel`, {});

interface RunStep {
  id: number;
  key: string;
  name: string;
  state: string;
  error: { message: string } | null;
}

/** Waits until a run has succeeded, and says of each thing for a person to do that it is done. */
export async function finishRun(page: Page, runId: number): Promise<void> {
  await expect(async () => {
    const { body: run } = await callApi(page, "GET", `/runs/${runId}`);
    const steps: RunStep[] = run.steps;
    for (const step of steps.filter(({ name, state }) => name === "manual" && state === "needs_person"))
      await callApi(page, "POST", `/steps/${step.id}/confirm`, { note: "Done by hand" });
    const troubles = steps.filter(({ error }) => error).map(({ key, error }) => `${key}: ${error?.message}`);
    expect([run.state, ...(run.state === "succeeded" ? [] : troubles)]).toEqual(["succeeded"]);
  }).toPass({ timeout: 240_000, intervals: [500] });
}
