import { randomUUID } from "node:crypto";
import { beforeAll, describe, expect, it, vi } from "vitest";
import { createPeople, type People } from "#lib/access/testing/people.ts";
import { useTestDatabase } from "#lib/access/testing/use-test-database.ts";
import { createApi } from "#lib/api/handle-request.ts";
import { createPolicyRow } from "#lib/backups/testing.ts";
import { expireDataChanges } from "#lib/data-changes/commands/expire.ts";
import { followDataChangeRun } from "#lib/data-changes/commands/follow-run.ts";
import { reportOf } from "#lib/data-changes/testing.ts";
import { db } from "#lib/platform/db/client.ts";
import { transaction } from "#lib/platform/db/transaction.ts";
import { createLiveService, type LiveService } from "#lib/releases/testing/live-service.ts";
import { ROUTES } from "./registry.ts";

useTestDatabase("data-changes");
const api = createApi(ROUTES);
let people: People;
let service: LiveService;

type Who = "owner" | "teammate" | "outsider" | "manager" | "dba" | "admin";

async function ask(who: Who | "nobody", method: string, path: string, body?: unknown) {
  const headers = who === "nobody" ? { origin: "http://localhost:8080" } : people[who].headers;
  const response = await api(
    new Request(`http://localhost:8080/api/v1${path}`, {
      method,
      headers: { ...headers, ...(body === undefined ? {} : { "content-type": "application/json" }) },
      ...(body === undefined ? {} : { body: JSON.stringify(body) }),
    }),
  );
  const text = await response.text();
  return { status: response.status, text, json: text === "" ? null : JSON.parse(text) };
}

beforeAll(async () => {
  people = await createPeople();
  service = await createLiveService(people.owner.actor, { answers: { data: { database: "mariadb" } } });
  await createPolicyRow({
    service,
    source: {
      kind: "mariadb",
      stackName: `${service.name}-production`,
      swarmService: `${service.name}-production_db`,
      databaseName: "notes",
      userName: "notes",
      passwordSecret: `services.${service.name}.db_pass`,
      rootPasswordSecret: `services.${service.name}.db_root_pass`,
    },
  });
});

const STATEMENTS = "UPDATE note SET owner = 'ida' WHERE owner IS NULL;";

const draft = async (who: Who = "owner", statements = STATEMENTS) =>
  (await ask(who, "POST", "/data-changes", reportOf(service.name, statements))).json;
const proposed = async (who: Who = "owner") => {
  const { id, version } = await draft(who);
  return (await ask(who, "POST", `/data-changes/${id}/propose`, { version })).json;
};
const approve = (who: Who, id: string, seal: string) =>
  ask(who, "POST", `/data-changes/${id}/decisions`, { decision: "approve", seal });
const approved = async () => {
  const { id, seal } = await proposed();
  return (await approve("manager", id, seal)).json;
};
/** As if a worker had counted its rows. */
const previewed = async () => {
  const change = await approved();
  await db().dataChange.update({
    where: { id: change.id },
    data: {
      preview: { seal: change.seal, byId: people.dba.id, statements: [], untouchable: [] },
      previewedAt: new Date(),
    },
  });
  return change;
};
const start = (who: Who, { id, seal }: { id: string; seal: string }, confirm = service.name) =>
  ask(who, "POST", `/data-changes/${id}/run`, { seal, confirm });
const view = async (id: string) => (await ask("dba", "GET", `/data-changes/${id}`)).json;
/** Frees the service's database for the next one, as the end of the run does. */
const endRun = async (runId: number, state: "succeeded" | "failed" = "succeeded") =>
  transaction(async (tx) => {
    const run = await tx.run.update({
      where: { id: runId },
      data: { state, exclusiveKey: null, finishedAt: new Date() },
    });
    await followDataChangeRun(tx, { ...run, mode: "apply", state });
  });

describe("who may", () => {
  const NAMED: readonly Who[] = ["owner", "teammate", "manager", "dba", "admin"];
  const EVERYBODY: readonly Who[] = [...NAMED, "outsider"];
  const any = `/data-changes/${randomUUID()}`;
  const accounts = (name: string) => `/services/${name}/read-only-accounts`;
  const seal = "0".repeat(64);
  const DOORS: readonly [string, (name: string) => string, readonly Who[], object?][] = [
    ["GET", () => "/data-changes", NAMED],
    ["GET", () => "/data-changes/databases", NAMED],
    ["POST", () => "/data-changes", NAMED, { ...reportOf("x", "SELECT 1"), serviceName: "no-such" }],
    ["GET", () => any, NAMED],
    ["PUT", () => any, NAMED, { title: "Another title", version: 1 }],
    ["POST", () => `${any}/propose`, NAMED, { version: 1 }],
    ["POST", () => `${any}/cancel`, NAMED],
    ["POST", () => `${any}/decisions`, ["manager", "dba", "admin"], { decision: "approve", seal }],
    ["POST", () => `${any}/preview`, ["dba"]],
    ["POST", () => `${any}/run`, ["dba"], { seal, confirm: "x" }],
    ["POST", () => `${any}/report`, ["dba"], { expected: "x", happened: "y" }],
    ["GET", accounts, NAMED],
    ["POST", accounts, ["owner", "dba", "admin"], { environment: "staging", purpose: "Grafana" }],
    ["POST", (name) => `${accounts(name)}/${randomUUID()}/rotate`, ["owner", "dba", "admin"]],
    ["DELETE", (name) => `${accounts(name)}/${randomUUID()}`, ["owner", "dba", "admin"]],
  ];
  it.each(DOORS)("%s %s", async (method, path, who, body) => {
    for (const key of EVERYBODY) {
      const { status } = await ask(key, method, path(service.name), body);
      expect([key, status === 403]).toEqual([key, !who.includes(key)]);
      expect(status).toBeLessThan(500);
    }
    expect((await ask("nobody", method, path(service.name), body)).status).toBe(401);
  });
});

describe("what is written", () => {
  it("what may not be run is refused beside the field, with its line", async () => {
    const { status, json } = await ask(
      "owner",
      "POST",
      "/data-changes",
      reportOf(service.name, "UPDATE note SET a = 1;\nALTER TABLE note ADD b INT"),
    );
    expect(status).toBe(422);
    expect(json.error.fields.statements).toMatch(/^Line 2: ALTER changes the schema.*that belongs to a release/);
  });

  it("a draft may be unfinished, a proposal may not", async () => {
    const { json } = await ask("owner", "POST", "/data-changes", {
      title: "Half a thought",
      serviceName: service.name,
      environment: "production",
    });
    const { status, json: refused } = await ask("owner", "POST", `/data-changes/${json.id}/propose`, { version: 1 });
    expect(status).toBe(422);
    expect(Object.keys(refused.error.fields).sort()).toEqual([
      "cause",
      "problem",
      "procedure",
      "statements",
      "success",
    ]);
  });

  it("two who edit it at once do not overwrite each other", async () => {
    const { id, version } = await draft();
    const edit = { title: "Another title for it", version };
    expect((await ask("owner", "PUT", `/data-changes/${id}`, edit)).status).toBe(200);
    expect((await ask("teammate", "PUT", `/data-changes/${id}`, { ...edit, title: "A third" })).status).toBe(409);
  });
});

describe("a list", () => {
  it("reads no statements and no reports, and still knows what waits for whom", async () => {
    const { id } = await proposed();
    const read = vi.spyOn(db().dataChange, "findMany");
    const { json } = await ask("manager", "GET", "/data-changes");
    const rows = await read.mock.results[0]?.value;
    read.mockRestore();
    expect(JSON.stringify(rows)).toContain(id);
    expect(JSON.stringify(rows)).not.toMatch(/UPDATE note|An import wrote/);
    const row = (page: { rows: { id: string }[] }) => page.rows.find((one) => one.id === id);
    expect(row(json)).toMatchObject({ waitsForMe: true, state: "proposed" });
    expect(row((await ask("owner", "GET", "/data-changes")).json)).toMatchObject({ waitsForMe: false });
  });

  it("of what waits for the reader has nothing else in it, however much is open", async () => {
    const { id, seal } = await proposed();
    const unfinished = await draft();
    const waiting = async (who: Parameters<typeof ask>[0]): Promise<string[]> =>
      (await ask(who, "GET", "/data-changes?filter=waiting&limit=100")).json.rows.map((one: { id: string }) => one.id);
    expect(await waiting("manager")).toContain(id);
    expect(await waiting("manager")).not.toContain(unfinished.id);
    expect(await waiting("owner")).not.toContain(id);
    await approve("manager", id, seal);
    expect(await waiting("manager")).not.toContain(id);
    expect(await waiting("dba")).toContain(id);
  });
});

describe("four eyes", () => {
  it("nobody approves what they proposed, whatever their roles", async () => {
    for (const who of ["manager", "dba", "admin"] as const) {
      const { id, seal } = await proposed(who);
      const { status, json } = await approve(who, id, seal);
      expect([status, json.error.code]).toEqual([409, "dataChanges.own"]);
    }
  });

  it("a program decides nothing, whoever's token it has", async () => {
    const { id, seal } = await proposed();
    const { json } = await ask("manager", "POST", "/tokens", { name: "ci" });
    const response = await api(
      new Request(`http://localhost:8080/api/v1/data-changes/${id}/decisions`, {
        method: "POST",
        headers: { authorization: `Bearer ${json.token}`, "content-type": "application/json" },
        body: JSON.stringify({ decision: "approve", seal }),
      }),
    );
    expect(response.status).toBe(403);
    expect((await view(id)).state).toBe("proposed");
  });

  it("nor what they edited", async () => {
    const { id, version } = await proposed();
    const texts = reportOf(service.name, STATEMENTS);
    const { serviceName: _s, environment: _e, ...body } = { ...texts, title: "With the manager's own words", version };
    const { json } = await ask("manager", "PUT", `/data-changes/${id}`, body);
    expect((await approve("manager", id, json.seal)).json.error.code).toBe("dataChanges.own");
    expect((await approve("admin", id, json.seal)).json.state).toBe("approved");
  });

  it("an approval is of the text that was read", async () => {
    const { id, seal, version } = await proposed();
    const { serviceName: _s, environment: _e, ...texts } = reportOf(service.name, "DELETE FROM note WHERE id = 1");
    await ask("teammate", "PUT", `/data-changes/${id}`, { ...texts, version });
    expect((await approve("manager", id, seal)).json.error.code).toBe("dataChanges.other_text");
  });

  it("an edit takes the approval and the preview away", async () => {
    const { id, seal, version } = await previewed();
    const { serviceName: _s, environment: _e, ...texts } = reportOf(service.name, "DELETE FROM note WHERE id = 1");
    const { json } = await ask("owner", "PUT", `/data-changes/${id}`, { ...texts, version });
    expect(json).toMatchObject({ state: "proposed", decidedBy: null, preview: null });
    expect((await start("dba", { id, seal })).json.error.code).toBe("dataChanges.not_approved");
    expect((await start("dba", { id, seal: json.seal })).json.error.code).toBe("dataChanges.not_approved");
  });

  it("what was changed behind the panel's back is not approved", async () => {
    const { id, seal } = await proposed();
    await db().dataChange.update({ where: { id }, data: { statements: "DELETE FROM note" } });
    expect((await approve("manager", id, seal)).json.error.code).toBe("dataChanges.target_changed");
  });

  it("one that waited too long is expired, also before a worker has noted it", async () => {
    const late = { expiresAt: new Date(Date.now() - 1_000) };
    const waiting = await proposed();
    await db().dataChange.update({ where: { id: waiting.id }, data: late });
    expect((await approve("manager", waiting.id, waiting.seal)).json.error.code).toBe("dataChanges.expired");
    const unused = await previewed();
    await db().dataChange.update({ where: { id: unused.id }, data: late });
    expect((await start("dba", unused)).json.error.code).toBe("dataChanges.expired");
    expect((await view(unused.id)).state).toBe("expired");
    await expireDataChanges();
    expect((await db().dataChange.findUniqueOrThrow({ where: { id: unused.id } })).state).toBe("expired");
  });

  it("a rejection says why, and is the end of it", async () => {
    const { id, seal } = await proposed();
    const reject = (comment: string) =>
      ask("manager", "POST", `/data-changes/${id}/decisions`, { decision: "reject", seal, comment });
    expect((await reject("")).status).toBe(422);
    expect((await reject("It forgets the shared notes")).json.state).toBe("rejected");
    expect((await approve("admin", id, seal)).json.error.code).toBe("dataChanges.closed");
  });
});

describe("carrying it out", () => {
  it("takes a preview of this very text and the service's name", async () => {
    expect((await start("dba", await approved())).json.error.code).toBe("dataChanges.no_preview");
    expect((await start("dba", await previewed(), "another")).status).toBe(422);
  });

  it("fifty who press at once start one run, and the approval is used by it", async () => {
    const change = await previewed();
    const answers = await Promise.all(Array.from({ length: 50 }, () => start("dba", change)));
    const started = answers.filter(({ status }) => status === 202);
    expect(started).toHaveLength(1);
    expect(new Set(answers.filter(({ status }) => status !== 202).map(({ json }) => json.error.code))).toEqual(
      new Set(["dataChanges.used"]),
    );
    expect(await db().run.count({ where: { startKey: `data-change:${change.id}` } })).toBe(1);
    await endRun(started[0]?.json.runId);
    expect((await start("dba", change)).json.error.code).toBe("dataChanges.used");
  });

  it("staff and managers cannot let its run go on, stop it, or undo it", async () => {
    const { json } = await start("dba", await previewed());
    for (const verb of ["retry", "cancel", "undo"])
      for (const who of ["owner", "manager", "admin"] as const)
        expect((await ask(who, "POST", `/runs/${json.runId}/${verb}`, {})).status).toBe(403);
    expect((await ask("dba", "POST", `/runs/${json.runId}/undo`, {})).status).toBe(403);
    await endRun(json.runId, "failed");
  });

  it("it closes only with an after-action report: done, or failed where nothing was changed", async () => {
    const change = await previewed();
    const { json } = await start("dba", change);
    const report = { expected: "Two notes get their owner back", happened: "They did" };
    expect((await ask("dba", "POST", `/data-changes/${change.id}/report`, report)).status).toBe(409);
    await endRun(json.runId, "failed");
    const waiting = await view(change.id);
    expect(waiting).toMatchObject({ state: "reporting", result: { outcome: "stopped" } });
    expect((await ask("dba", "POST", `/data-changes/${change.id}/report`, { ...report, happened: " " })).status).toBe(
      422,
    );
    expect((await ask("dba", "POST", `/data-changes/${change.id}/report`, report)).json).toMatchObject({
      state: "failed",
      happened: "They did",
    });
    expect((await ask("dba", "POST", `/data-changes/${change.id}/report`, report)).status).toBe(409);
  });

  it("what the panel cannot know, the database administrator says after asking the database", async () => {
    const change = await previewed();
    const { json } = await start("dba", change);
    const result = { outcome: "unknown", why: null, statements: [], backupId: null, at: new Date().toISOString() };
    await db().dataChange.update({ where: { id: change.id }, data: { result } });
    await endRun(json.runId, "failed");
    const report = (more: object) =>
      ask("dba", "POST", `/data-changes/${change.id}/report`, { expected: "x", happened: "y", ...more });
    expect((await report({})).json.error.fields.carriedOut).toMatch(/Ask the database/);
    expect((await report({ carriedOut: true })).json).toMatchObject({
      state: "done",
      result: { outcome: "committed" },
    });
  });

  it("everything that was decided is on the record, without the statements", async () => {
    const change = await previewed();
    const { json } = await start("dba", change);
    await endRun(json.runId);
    await ask("dba", "POST", `/data-changes/${change.id}/report`, { expected: "x", happened: "y" });
    const events = await db().auditEvent.findMany({ where: { subjectId: change.id }, orderBy: { id: "asc" } });
    expect(events.map(({ action }) => action)).toEqual([
      "dataChanges.create",
      "dataChanges.propose",
      "dataChanges.approve",
      "dataChanges.carryOut",
      "dataChanges.report",
    ]);
    expect(JSON.stringify(events.map(({ detail }) => detail))).not.toContain("UPDATE note");
    expect(events[2]?.detail).toMatchObject({ seal: change.seal });
  });

  it("at each turn those who have to do something get a mail", async () => {
    const change = await approved();
    const mails = await db().run.findMany({ where: { startKey: { startsWith: `data-change:${change.id}:` } } });
    const to = (turn: string) =>
      mails.filter(({ startKey }) => startKey.includes(`:${turn}:`)).map(({ startKey }) => startKey.split(":").at(-1));
    expect(to("proposed").sort()).toEqual(
      [people.manager.id, people.dba.id, people.admin.id, people.expired.id].sort(),
    );
    expect(to("approved")).toEqual(expect.arrayContaining([people.owner.id, people.dba.id]));
  });
});

describe("read-only accounts", () => {
  const path = () => `/services/${service.name}/read-only-accounts`;
  const purpose = { environment: "production", purpose: "Grafana" };

  it("the password is shown once, kept nowhere in the clear, and there is one account at a time", async () => {
    const { status, json } = await ask("owner", "POST", path(), purpose);
    expect(status).toBe(201);
    expect(json.password).toMatch(/^[A-Za-z0-9]{32}$/);
    expect(json.account).toMatchObject({ state: "making", purpose: "Grafana" });
    expect((await ask("dba", "POST", path(), purpose)).json.error.code).toBe("databases.account_present");
    const list = await ask("owner", "GET", path());
    expect(list.json).toMatchObject({ accounts: [{ id: json.account.id }], mayManage: true });
    expect(list.text).not.toContain(json.password);
    const kept = JSON.stringify([
      await db().step.findMany({ where: { runId: json.runId }, select: { input: true, title: true } }),
      await db().auditEvent.findMany({ where: { subjectId: json.account.id }, select: { action: true, detail: true } }),
      await db().readOnlyAccount.findMany(),
    ]);
    expect(kept).not.toContain(json.password);
    expect(kept).toContain("readOnlyAccounts.make");
  });
});
