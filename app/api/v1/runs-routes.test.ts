import { randomUUID } from "node:crypto";
import { beforeAll, describe, expect, test } from "vitest";
import { createPeople, type People } from "#lib/access/testing/people.ts";
import { useTestDatabase } from "#lib/access/testing/use-test-database.ts";
import { createApi } from "#lib/api/handle-request.ts";
import { db } from "#lib/platform/db/client.ts";
import { transaction } from "#lib/platform/db/transaction.ts";
import { createRun } from "#lib/runs/commands/create-run.ts";
import { encodeLine } from "#lib/runs/log/encode.ts";
import type { RunPageEvent, RunPageView } from "#lib/runs/schema.ts";
import { runLogRoutes } from "./run-log-routes.ts";
import { runsRoutes } from "./runs-routes.ts";

useTestDatabase("runsapi");
const api = createApi([...runsRoutes, ...runLogRoutes]);
let people: People;
let runId: number;
let attemptId: number;

async function ask(who: keyof People | null, method: string, path: string, body?: unknown, accept?: string) {
  return api(
    new Request(`http://localhost:8080/api/v1${path}`, {
      method,
      headers: {
        ...(who ? people[who].headers : {}),
        ...(accept ? { accept } : {}),
        ...(body === undefined ? {} : { "content-type": "application/json" }),
      },
      ...(body === undefined ? {} : { body: JSON.stringify(body) }),
    }),
  );
}

async function call<T>(who: keyof People | null, method: string, path: string, body?: unknown) {
  const response = await ask(who, method, path, body, "application/json");
  return { status: response.status, body: (await response.json()) as T };
}

/** A run whose first step failed after three lines and whose second waits for a manager. */
async function makeRun(): Promise<{ runId: number; attemptId: number }> {
  const created = await transaction((tx) =>
    createRun(tx, people.owner.actor, {
      mode: "apply",
      checklist: { key: "test", version: 1 },
      title: "Provision pad-notes",
      serviceId: null,
      environment: "production",
      startKey: randomUUID(),
      steps: [
        { key: "stack", name: "swarm.stack", title: "Deploy the stack", input: { password: "hunter2" }, dependsOn: [] },
        { key: "note", name: "manual", title: "Tell them", input: {}, dependsOn: [], role: "manager" },
      ],
    }),
  );
  const step = await db().step.findFirstOrThrow({ where: { runId: created.runId, key: "stack" } });
  const error = { code: "swarm.not_converged", class: "permanent", message: "No task came up." };
  const attempt = await db().attempt.create({
    data: {
      stepId: step.id,
      number: 1,
      token: 1,
      workerId: "w",
      state: "failed",
      readyAt: new Date(),
      startedAt: new Date(),
      finishedAt: new Date(),
      lines: 3,
      error,
    },
  });
  const lines = ["pulling the image", "100% done_ \u001b[31mred\u001b[0m", "exec failed"];
  await db().logChunk.create({
    data: {
      attemptId: attempt.id,
      firstSeq: 1,
      count: 3,
      body: lines.map((text) => encodeLine(Date.now(), "i", text)).join("\n"),
    },
  });
  await db().step.update({ where: { id: step.id }, data: { state: "failed", error, attempts: 1 } });
  await db().run.update({ where: { id: created.runId }, data: { state: "failed", finishedAt: new Date() } });
  return { runId: created.runId, attemptId: attempt.id };
}

beforeAll(async () => {
  people = await createPeople();
  ({ runId, attemptId } = await makeRun());
});

test("a run is read with its steps, attempts and what the reader may do, without any input", async () => {
  const { status, body } = await call<RunPageView>("owner", "GET", `/runs/${runId}`);
  expect(status).toBe(200);
  expect(body).toMatchObject({
    title: "Provision pad-notes",
    steps: [
      { key: "stack", state: "failed", error: { message: "No task came up." }, attempts: [{ number: 1, lines: 3 }] },
      { key: "note", role: "manager", mayConfirm: false },
    ],
    may: { retry: true, confirm: true },
  });
  expect(JSON.stringify(body)).not.toContain("hunter2");
  expect((await call<RunPageView>("outsider", "GET", `/runs/${runId}`)).body.may).toEqual({
    retry: false,
    cancel: false,
    undo: false,
    confirm: false,
  });
});

test("its events resume after what the reader has, and end with the run", async () => {
  const stream = await (await ask("outsider", "GET", `/runs/${runId}/events`)).text();
  const events = [...stream.matchAll(/^data: (.*)$/gm)].map((match) => JSON.parse(match[1] ?? "") as RunPageEvent);
  expect(events.map((event) => event.type)).toEqual(["run", "log", "end"]);
  expect(stream).toContain(`id: ${attemptId}.3\n`);
  const { version } = await db().run.findUniqueOrThrow({ where: { id: runId } });
  const later = `/runs/${runId}/events?version=${version}&after=${attemptId}.`;
  expect(await (await ask("owner", "GET", `${later}3`)).text()).not.toContain("log");
  // The long poll: the same events as JSON, for readers behind proxies that buffer.
  const { body } = await call<{ events: { data: RunPageEvent }[]; ended: boolean }>("owner", "GET", `${later}1`);
  expect(body).toMatchObject({ ended: true, events: [{ data: { lines: [{ seq: 2 }, { seq: 3 }] } }, {}] });
});

test("its log is read by range, searched and downloaded", async () => {
  const range = await call<{ lines: { text: string }[] }>("owner", "GET", `/attempts/${attemptId}/log?from=2&to=3`);
  expect(range.body.lines.map((line) => line.text)).toEqual(["100% done_ \u001b[31mred\u001b[0m", "exec failed"]);
  const search = (q: string) =>
    call<{ hits: { seq: number }[] }>("owner", "GET", `/runs/${runId}/log/search?q=${encodeURIComponent(q)}`);
  expect((await search("EXEC")).body.hits).toMatchObject([{ seq: 3, attemptId }]);
  expect((await search("0% done_")).body.hits).toHaveLength(1);
  expect((await search("1%d")).body.hits).toEqual([]);
  expect((await search(" ")).status).toBe(422);
  const whole = await ask("outsider", "GET", `/runs/${runId}/log`);
  expect(whole.headers.get("content-disposition")).toBe(`attachment; filename="run-${runId}.log"`);
  expect(await whole.text()).toMatch(/^── Deploy the stack \(stack\), try 1\n\S+Z pulling the image\n/);
  expect(await (await ask("outsider", "GET", `/attempts/${attemptId}/log.txt`)).text()).toMatch(/^\S+Z pulling/);
  for (const path of [`/attempts/999999/log.txt`, `/steps/999999/log.txt`, `/runs/999999/log`, `/runs/999999`])
    expect((await ask("owner", "GET", path)).status, path).toBe(404);
  expect((await ask("owner", "GET", "/runs/1e9")).status).toBe(404);
  expect((await ask("owner", "GET", "/runs/-1")).status).toBe(422);
});

describe("who may", () => {
  test.each(["retry", "cancel", "undo"])("only staff may %s a run", async (verb) => {
    const own = await makeRun();
    for (const who of ["outsider", "dba"] as const)
      expect((await call(who, "POST", `/runs/${own.runId}/${verb}`)).status).toBe(403);
    for (const nobody of [null, "disabled", "expired"] as const)
      expect((await call(nobody, "POST", `/runs/${own.runId}/${verb}`)).status).toBe(401);
    const run = await db().run.findUniqueOrThrow({ where: { id: own.runId } });
    expect([run.state, run.cancelRequestedAt]).toEqual(["failed", null]);
  });

  test("a teammate tries a failed run again and cancels it", async () => {
    const own = await makeRun();
    const again = await call<RunPageView>("teammate", "POST", `/runs/${own.runId}/retry`);
    expect(again).toMatchObject({ status: 200, body: { state: "running", steps: [{ state: "ready" }, {}] } });
    expect(await call("teammate", "POST", `/runs/${own.runId}/retry`)).toMatchObject({
      status: 409,
      body: { error: { code: "runs.nothing_to_retry" } },
    });
    const gone = await call<RunPageView>("manager", "POST", `/runs/${own.runId}/cancel`);
    expect(gone).toMatchObject({ status: 200, body: { state: "cancelled", cancelledBy: { name: "Mark Manager" } } });
    expect(await call("owner", "POST", `/runs/${own.runId}/undo`)).toMatchObject({
      status: 409,
      body: { error: { code: "runs.nothing_to_undo" } },
    });
  });

  test("a manual step is confirmed by who the checklist names, with a note", async () => {
    const own = await makeRun();
    const { id } = await db().step.findFirstOrThrow({ where: { runId: own.runId, key: "note" } });
    const path = `/steps/${id}/confirm`;
    expect((await call("outsider", "POST", path, { note: "done" })).status).toBe(403);
    expect((await call("owner", "POST", path, { note: "done" })).status).toBe(403);
    expect(await call("manager", "POST", path, { note: " " })).toMatchObject({
      status: 422,
      body: { error: { fields: { note: expect.any(String) } } },
    });
    expect(await call("manager", "POST", path, { note: "x", by: "me" })).toMatchObject({ status: 422 });
    const { status, body } = await call<RunPageView>("manager", "POST", path, { note: "Called them." });
    expect(status).toBe(200);
    expect(body.steps[1]).toMatchObject({
      state: "succeeded",
      note: "Called them.",
      confirmedBy: { name: "Mark Manager" },
    });
  });

  test("strangers read nothing of a run", async () => {
    const paths = ["", "/events", "/log", "/log/search?q=x"].map((rest) => `/runs/${runId}${rest}`);
    for (const path of [...paths, "/runs", `/attempts/${attemptId}/log`, `/attempts/${attemptId}/log.txt`])
      for (const nobody of [null, "disabled", "expired"] as const)
        expect((await ask(nobody, "GET", path)).status, path).toBe(401);
  });
});
