import { afterAll, beforeAll, expect, it } from "vitest";
import { type HealthchecksServer, startHealthchecks } from "#local/healthchecks/server.ts";
import {
  deleteCheck,
  findCheck,
  type HealthchecksAccount,
  listChecks,
  pauseCheck,
  putCheck,
  resumeCheck,
} from "./client.ts";

const KEY = "k".repeat(32);
let server: HealthchecksServer;
let account: HealthchecksAccount;
const signal = AbortSignal.timeout(60_000);
const spec = {
  ...{ name: "pad-notes production", slug: "seaworthy-pad-notes-production", tags: "seaworthy production" },
  ...{ desc: "https://pad-notes.example.org/", timeoutS: 120, graceS: 300 },
};

beforeAll(async () => {
  server = await startHealthchecks({ port: 0, apiKey: KEY });
  account = { url: server.url, apiKey: KEY };
});
afterAll(() => server.close());

const codeOf = (promise: Promise<unknown>) =>
  promise.then(
    () => "nothing",
    (error: { code?: string; retry?: string }) => `${error.code} ${error.retry}`,
  );

it("makes a check once, however often it is asked, and tells everybody the project tells", async () => {
  const first = await putCheck(account, spec, signal);
  const second = await putCheck(account, { ...spec, timeoutS: 180 }, signal);
  expect(second.id).toBe(first.id);
  expect(server.store.checks.size).toBe(1);
  expect(server.store.checks.get(first.id)).toMatchObject({ timeout: 180, channels: expect.stringMatching(/./) });
  expect(await findCheck(account, spec.slug, signal)).toMatchObject({ id: first.id, status: "new" });
  expect((await listChecks(account, "seaworthy", signal)).map(({ id }) => id)).toEqual([first.id]);
  expect(await listChecks(account, "elsewhere", signal)).toEqual([]);
});

it("pauses, resumes, resumes what is not paused, and deletes what is gone", async () => {
  const { id, pingUrl } = await putCheck(account, spec, signal);
  await pauseCheck(account, id, signal);
  expect(await findCheck(account, spec.slug, signal)).toMatchObject({ status: "paused" });
  await resumeCheck(account, id, signal);
  await resumeCheck(account, id, signal);
  expect(await findCheck(account, spec.slug, signal)).toMatchObject({ status: "new" });
  await fetch(pingUrl);
  expect(await findCheck(account, spec.slug, signal)).toMatchObject({ status: "up" });
  await deleteCheck(account, id, signal);
  await deleteCheck(account, id, signal);
  await resumeCheck(account, id, signal);
  expect(await findCheck(account, spec.slug, signal)).toBeNull();
});

it("tells what will pass from what a person has to mend, and never names the key", async () => {
  expect(await codeOf(listChecks({ ...account, apiKey: "x".repeat(32) }, "a", signal))).toBe(
    "healthchecks.key needs_person",
  );
  expect(await codeOf(listChecks({ ...account, url: "http://127.0.0.1:9" }, "a", signal))).toBe(
    "healthchecks.unreachable retry",
  );
  expect(await codeOf(putCheck(account, { ...spec, timeoutS: 5 }, signal))).toBe("healthchecks.refused permanent");
  server.faults = { "*": 503 };
  expect(await codeOf(listChecks(account, "a", signal))).toBe("healthchecks.busy retry");
  server.faults = {};
});
