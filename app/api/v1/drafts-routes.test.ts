import { beforeAll, describe, expect, test } from "vitest";
import { createPeople, type People } from "#lib/access/testing/people.ts";
import { useTestDatabase } from "#lib/access/testing/use-test-database.ts";
import { createApi } from "#lib/api/handle-request.ts";
import type { DraftCheck, DraftView, HomeView, ServicePage, WizardChoices } from "#lib/services/types.ts";
import { draftsRoutes } from "./drafts-routes.ts";
import { homeRoutes } from "./home-routes.ts";
import { servicesRoutes } from "./services-routes.ts";

useTestDatabase("draftsapi");
const api = createApi([...draftsRoutes, ...servicesRoutes, ...homeRoutes]);
let people: People;
beforeAll(async () => {
  people = await createPeople();
});

async function call<T>(who: keyof People | null, method: string, path: string, body?: unknown) {
  const headers = {
    ...(who ? people[who].headers : {}),
    ...(body === undefined ? {} : { "content-type": "application/json" }),
  };
  const response = await api(
    new Request(`http://localhost:8080/api/v1${path}`, {
      method,
      headers,
      ...(body === undefined ? {} : { body: JSON.stringify(body) }),
    }),
  );
  return { status: response.status, body: (await response.json()) as T };
}
interface Failure {
  error: { code: string; message: string; fields?: Record<string, string> };
}

test("a service is drafted, checked and planned over HTTP", async () => {
  const { status, body: draft } = await call<DraftView>("owner", "POST", "/drafts");
  expect(status).toBe(201);
  const answers = {
    identity: { name: "pad-notes", purpose: "Shared notes" },
    placement: { image: "demo/web:1" },
    secrets: { others: [{ name: "smtp_pass", purpose: "mail", source: "stored" }] },
  };
  const saved = await call<DraftView>("teammate", "PATCH", `/drafts/${draft.id}`, {
    rev: 1,
    group: "secrets",
    answers,
  });
  expect(saved).toMatchObject({ status: 200, body: { rev: 2, group: "secrets" } });
  expect(await call("owner", "PUT", `/drafts/${draft.id}/secrets/smtp_pass`, { value: "hunter2" })).toEqual({
    status: 200,
    body: null,
  });
  const { body: check } = await call<DraftCheck>("owner", "GET", `/drafts/${draft.id}/check`);
  expect(check).toMatchObject({ rev: 2, ready: true, fields: {}, warnings: {} });
  expect(check.preview.map((item) => item.title)).toContain("Create secret services.pad-notes.smtp_pass");
  const plan = await call<{ runId: number }>("owner", "POST", `/drafts/${draft.id}/plan`);
  expect(plan.status).toBe(200);
  const start = await call<Failure>("owner", "POST", `/drafts/${draft.id}/start`, { planRunId: plan.body.runId });
  expect(start).toMatchObject({ status: 409, body: { error: { code: "plan.unfinished" } } });
  const { body: list } = await call<{ items: { id: string }[] }>("teammate", "GET", "/drafts");
  expect(list.items.map((item) => item.id)).toContain(draft.id);
});

test("what is wrong is answered beside the field", async () => {
  const { body: draft } = await call<DraftView>("owner", "POST", "/drafts");
  const path = `/drafts/${draft.id}`;
  await call("owner", "PATCH", path, { rev: 1, answers: { identity: { name: "; rm -rf /" } } });
  const plan = await call<Failure>("owner", "POST", `${path}/plan`);
  expect(plan.status).toBe(422);
  expect(plan.body.error.fields).toMatchObject({
    "identity.name": "“;” (U+003B) cannot stand in a name. Use a–z, 0–9 and hyphens.",
    "identity.purpose": "Say in a sentence what the service is for.",
    "placement.image": "Give an image such as ghcr.io/acme/pad:1.4.",
  });
  expect(await call("owner", "PATCH", path, { rev: 1, answers: {} })).toMatchObject({
    status: 409,
    body: { error: { code: "draft.stale" } },
  });
  expect(await call("owner", "PATCH", path, { rev: 2, surprise: true })).toMatchObject({
    status: 422,
    body: { error: { fields: { surprise: "There is no such field." } } },
  });
  expect(await call("owner", "GET", "/drafts/..%2f..%2fetc")).toMatchObject({ status: 422 });
  expect(await call("owner", "GET", "/drafts/00000000-0000-4000-8000-000000000000")).toMatchObject({ status: 404 });
});

describe("who may", () => {
  test.each([
    ["GET", "/drafts"],
    ["POST", "/drafts"],
    ["GET", "/drafts/ID"],
    ["PATCH", "/drafts/ID", { rev: 1 }],
    ["DELETE", "/drafts/ID"],
    ["GET", "/drafts/ID/check"],
    ["PUT", "/drafts/ID/secrets/x", { value: "y" }],
    ["DELETE", "/drafts/ID/secrets/x"],
    ["POST", "/drafts/ID/plan"],
    ["POST", "/drafts/ID/start", { planRunId: 1 }],
    ["GET", "/wizard"],
  ])("%s %s is for staff: not for viewers, strangers or those who left", async (method, path, body?: unknown) => {
    const { body: draft } = await call<DraftView>("owner", "POST", "/drafts");
    const at = path.replace("ID", draft.id);
    expect((await call("outsider", method, at, body)).status).toBe(403);
    for (const nobody of [null, "disabled", "expired"] as const)
      expect((await call(nobody, method, at, body)).status).toBe(401);
    expect((await call<DraftView>("owner", "GET", `/drafts/${draft.id}`)).body.rev).toBe(1);
  });

  test("only the owner and administrators throw a draft away", async () => {
    const [one, other] = [
      await call<DraftView>("owner", "POST", "/drafts"),
      await call<DraftView>("owner", "POST", "/drafts"),
    ];
    expect((await call("teammate", "DELETE", `/drafts/${one.body.id}`)).status).toBe(403);
    expect(await call("owner", "DELETE", `/drafts/${one.body.id}`)).toEqual({ status: 200, body: null });
    expect((await call("admin", "DELETE", `/drafts/${other.body.id}`)).status).toBe(200);
  });

  test("everybody with a role sees services and home", async () => {
    for (const who of ["owner", "outsider", "dba"] as const) {
      expect((await call<ServicePage>(who, "GET", "/services?limit=5&sort=newest")).body).toEqual({
        items: [],
        next: null,
        total: 0,
      });
      expect((await call<HomeView>(who, "GET", "/home")).body.health.services).toEqual({
        live: 0,
        provisioning: 0,
        failed: 0,
      });
      expect((await call(who, "GET", "/services/no-such-thing")).status).toBe(404);
    }
    expect((await call("owner", "GET", "/services?sort=sideways")).status).toBe(422);
    expect((await call(null, "GET", "/home")).status).toBe(401);
    expect((await call<WizardChoices>("manager", "GET", "/wizard")).body.owners.length).toBeGreaterThan(2);
  });
});
