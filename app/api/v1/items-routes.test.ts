import { createHash, randomBytes, randomUUID } from "node:crypto";
import { beforeAll, describe, expect, test } from "vitest";
import { createPeople, type People } from "#lib/access/testing/people.ts";
import { useTestDatabase } from "#lib/access/testing/use-test-database.ts";
import { createApi } from "#lib/api/handle-request.ts";
import { db } from "#lib/platform/db/client.ts";
import { transaction } from "#lib/platform/db/transaction.ts";
import { createRun } from "#lib/runs/commands/create-run.ts";
import type { OpenItemPage, RunPageItem, RunPageView } from "#lib/runs/schema.ts";
import type { CompiledStep } from "#lib/runs/types.ts";
import { itemsRoutes } from "./items-routes.ts";
import { runsRoutes } from "./runs-routes.ts";

useTestDatabase("itemsapi");
const api = createApi([...itemsRoutes, ...runsRoutes]);
let people: People;

beforeAll(async () => {
  people = await createPeople();
});

const ask = (who: keyof People | null, method: string, path: string, body?: unknown) =>
  api(
    new Request(`http://localhost:8080/api/v1${path}`, {
      method,
      headers: {
        ...(who ? people[who].headers : {}),
        ...(body === undefined ? {} : { "content-type": "application/json" }),
      },
      ...(body === undefined ? {} : { body: JSON.stringify(body) }),
    }),
  );

interface Refusal {
  error: { code: string; message: string; detail?: string; fields?: Record<string, string> };
}

async function call<T>(who: keyof People | null, method: string, path: string, body?: unknown) {
  const response = await ask(who, method, path, body);
  return { status: response.status, body: (await response.json()) as T };
}

/** An item of a run of the owner's. Returns the number of its step. */
async function makeItem(more: Partial<CompiledStep> = {}): Promise<number> {
  const { runId } = await transaction((tx) =>
    createRun(tx, people.owner.actor, {
      mode: "apply",
      checklist: { key: "test", version: 1 },
      title: "Open the network",
      ...{ serviceId: null, environment: null, startKey: randomUUID() },
      steps: [{ key: "tick", name: "manual", title: "Firewall", input: {}, dependsOn: [], role: "staff", ...more }],
    }),
  );
  return (await db().step.findFirstOrThrow({ where: { runId } })).id;
}

const itemIn = (run: RunPageView, stepId: number) => run.steps.find(({ id }) => id === stepId)?.item;

describe("who may do what with an item", () => {
  const until = new Date(Date.now() + 86_400_000).toISOString();
  test.each([
    ["GET", "/items", undefined, { outsider: 200, teammate: 200, manager: 200, dba: 200, admin: 200 }],
    ["POST", "/claim", {}, { outsider: 403, teammate: 200, manager: 200, dba: 403, admin: 200 }],
    ["PUT", "", { itemRev: 1, note: "seen" }, { outsider: 403, teammate: 200, manager: 200, dba: 200, admin: 200 }],
    ["POST", "/evidence", { kind: "note", text: "a" }, { outsider: 403, teammate: 200, dba: 200, admin: 200 }],
    ["POST", "/waive", { reason: "No", until }, { outsider: 403, teammate: 403, dba: 403, manager: 200, admin: 200 }],
  ] as const)("%s %s", async (method, rest, body, expected) => {
    for (const [who, status] of Object.entries(expected)) {
      const stepId = rest === "/items" ? null : await makeItem();
      const path = stepId === null ? rest : `/items/${stepId}${rest}`;
      expect((await ask(who as keyof People, method, path, body)).status, who).toBe(status);
    }
    expect((await ask(null, method, "/items", body)).status).toBe(method === "GET" ? 401 : 405);
  });
});

test("what somebody else wrote in the meantime comes back with the refusal", async () => {
  const stepId = await makeItem();
  const first = await call<RunPageView>("owner", "PUT", `/items/${stepId}`, { itemRev: 1, note: "Rule 88." });
  expect(itemIn(first.body, stepId)).toMatchObject({ rev: 2, draft: { note: "Rule 88.", by: { name: "Olga Owner" } } });
  const second = await call<Refusal>("teammate", "PUT", `/items/${stepId}`, { itemRev: 1, note: "Ticket 12." });
  expect(second).toMatchObject({
    status: 409,
    body: {
      error: {
        code: "items.changed_meanwhile",
        message: "Olga Owner saved this item in the meantime.",
        detail: "Rule 88.",
      },
    },
  });
  const confirm = await call<Refusal>("teammate", "POST", `/steps/${stepId}/confirm`, { note: "Done", itemRev: 1 });
  expect(confirm.status).toBe(409);
  const now = await call<RunPageItem>("teammate", "GET", `/items/${stepId}`);
  expect(now.body.draft.note).toBe("Rule 88.");
});

test("a file comes back byte by byte, to be saved and never shown", async () => {
  const stepId = await makeItem({ evidence: "file" });
  const bytes = randomBytes(1_500_000);
  const added = await call<RunPageView>("owner", "POST", `/items/${stepId}/evidence`, {
    ...{ kind: "file", text: "", fileName: 'x".html\r\nSet-Cookie: a=b', mediaType: "text/html" },
    base64: bytes.toString("base64"),
  });
  const [piece] = itemIn(added.body, stepId)?.evidence ?? [];
  expect(piece?.file?.sha256).toBe(createHash("sha256").update(bytes).digest("hex"));
  const path = `/items/${stepId}/evidence/${piece?.id}/file`;
  const file = await ask("dba", "GET", path);
  expect(Buffer.from(await file.arrayBuffer()).equals(bytes)).toBe(true);
  expect(Object.fromEntries(file.headers)).toMatchObject({
    "content-type": "application/octet-stream",
    "content-disposition": 'attachment; filename="x-.html-Set-Cookie-a-b"',
    "content-length": "1500000",
    "x-content-type-options": "nosniff",
  });
  expect((await ask("outsider", "GET", path)).status).toBe(403);
  expect((await ask("owner", "DELETE", `/items/${stepId}/evidence/${piece?.id}`)).status).toBe(200);
  expect((await ask("dba", "GET", path)).status).toBe(404);
});

test("a file that is too large is refused before it is read whole", async () => {
  const stepId = await makeItem();
  const base64 = "A".repeat(15 * 1024 * 1024);
  const answer = await call<Refusal>("owner", "POST", `/items/${stepId}/evidence`, {
    ...{ kind: "file", text: "", fileName: "f", mediaType: "", base64 },
  });
  expect([answer.status, answer.body.error.code]).toEqual([413, "body.too_large"]);
});

test("wrong words are refused beside their field", async () => {
  const stepId = await makeItem();
  const fieldsOf = async (path: string, body: object) =>
    Object.keys((await call<Refusal>("manager", "POST", `/items/${stepId}${path}`, body)).body.error.fields ?? {});
  expect(await fieldsOf("/evidence", { kind: "link", text: "javascript:alert(1)" })).toEqual(["text"]);
  expect(await fieldsOf("/waive", { reason: "", until: "2020-01-01T00:00:00Z" })).toEqual(["reason"]);
  expect(await fieldsOf("/waive", { reason: "x", until: "2020-01-01T00:00:00Z" })).toEqual(["until"]);
  expect(await fieldsOf("/waive", { reason: "x", until: "tomorrow" })).toEqual(["until"]);
  expect((await call<Refusal>("manager", "GET", "/items/999999")).status).toBe(404);
});

test("the list is searched by title and by service, page by page", async () => {
  const word = randomUUID().slice(0, 8);
  const ids = [await makeItem({ title: `Label ${word} a` }), await makeItem({ title: `Label ${word} b` })];
  const first = await call<OpenItemPage>("outsider", "GET", `/items?view=all&q=${word}&limit=1`);
  const rest = await call<OpenItemPage>("outsider", "GET", `/items?view=all&q=${word}&after=${first.body.next}`);
  expect([...first.body.items, ...rest.body.items].map(({ stepId }) => stepId)).toEqual(ids);
  expect(rest.body.next).toBeNull();
  expect((await call<OpenItemPage>("outsider", "GET", `/items?q=${word}`)).body.items).toEqual([]);
  expect((await ask("outsider", "GET", "/items?view=nonsense")).status).toBe(422);
});
