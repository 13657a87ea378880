import { randomUUID } from "node:crypto";
import { beforeAll, describe, expect, test } from "vitest";
import { useTestDatabase } from "#lib/access/testing/use-test-database.ts";
import { db } from "#lib/platform/db/client.ts";
import { transaction } from "#lib/platform/db/transaction.ts";
import { type Actors, createActors, refusalOf } from "#lib/services/testing/actors.ts";
import { createTestContext } from "#lib/steps/testing/context.ts";
import { sealOf } from "./approval/seal.ts";
import { addEnvironment, planEnvironment } from "./commands/add-environment.ts";
import { createRelease } from "./commands/create-release.ts";
import { followReleaseRun } from "./commands/follow-release.ts";
import { saveSecret } from "./commands/save-secret.ts";
import { buildContent } from "./queries/build-content.ts";
import { findEnvironment, readConfig } from "./queries/find-environment.ts";
import { getConfig } from "./queries/get-config.ts";
import { getRelease } from "./queries/get-release.ts";
import { listReleases } from "./queries/list-releases.ts";
import { newReleaseSchema } from "./schema/release.ts";
import { releasesStage } from "./steps/stage.ts";
import { createLiveService, endRun, pinned } from "./testing/live-service.ts";

useTestDatabase("releases");
let people: Actors;
beforeAll(async () => {
  people = await createActors();
});

const wanted = (more: object = {}) => newReleaseSchema.parse({ image: "demo/web:2", ...more });
/** What resolving does, without a registry. */
const resolve = (releaseId: string, letter = "b") =>
  db().release.update({
    where: { id: releaseId },
    data: { state: "ready", images: { app: pinned("demo/web:2", letter) }, contentHash: letter.repeat(64) },
  });

describe("a release", () => {
  test("is numbered in its service, takes over what the app is given, and is resolved by a run", async () => {
    const { name, id } = await createLiveService(people.owner, { answers: { data: { database: "mariadb" } } });
    const made = await createRelease(people.teammate, name, wanted({ notes: "Dark mode", branch: "main" }));
    expect(made).toMatchObject({
      ...{ number: 2, state: "resolving", origin: "person", by: { id: people.teammate.id }, image: "demo/web:2" },
      ...{ images: { db: pinned("demo/db:11", "d") }, template: { secrets: ["db_pass"] }, digest: null },
    });
    const run = await db().run.findUniqueOrThrow({ where: { id: made.runId ?? 0 }, include: { steps: true } });
    expect(run).toMatchObject({ serviceId: id, checklistKey: "new-release", exclusiveKey: null });
    expect(run.steps.find((step) => step.key === "stage")?.skipReason).toContain("no staging");
  });

  test("made by many at once has a number of its own each time", async () => {
    const { name } = await createLiveService(people.owner);
    const made = await Promise.all(Array.from({ length: 8 }, () => createRelease(people.owner, name, wanted())));
    expect(made.map(({ number }) => number).sort((a, b) => a - b)).toEqual([2, 3, 4, 5, 6, 7, 8, 9]);
    const first = await listReleases(people.outsider, name, { limit: 4 });
    expect(first).toMatchObject({ next: 6, mayCreate: false });
    const second = await listReleases(people.owner, name, { after: first.next ?? 0, limit: 9 });
    expect(second.items.map(({ number }) => number)).toEqual([5, 4, 3, 2, 1]);
  });

  test("may change what the app is given: its files of secrets, volumes and health check, and nothing of its database's", async () => {
    const { name } = await createLiveService(people.owner, {
      answers: { data: { database: "mariadb", filesFolder: true } },
    });
    const stack = {
      secrets: ["api_key"],
      volumes: [{ name: "cache", target: "/cache", readOnly: false }],
      healthCheck: { kind: "command", argv: ["true"], intervalS: 1, timeoutS: 1, retries: 1, startPeriodS: 0 },
    };
    const made = await createRelease(people.owner, name, wanted({ stack }));
    expect(made.template).toMatchObject({
      secrets: ["db_pass", "api_key"],
      mounts: [{ kind: "folder" }, { kind: "volume", source: "cache", target: "/cache" }],
      healthCheck: { kind: "command" },
      database: { engine: "mariadb" },
    });
    const refuse = (change: object) => refusalOf(createRelease(people.owner, name, wanted({ stack: change })));
    expect(await refuse({ secrets: ["db_root_pass"] })).toMatchObject({ status: 422 });
    expect(await refuse({ volumes: [{ name: "db", target: "/db", readOnly: true }] })).toMatchObject({ status: 422 });
    const twice = [1, 2].map((index) => ({ name: `v${index}`, target: "/same", readOnly: false }));
    expect(await refuse({ volumes: twice })).toMatchObject({ status: 422 });
    // It was never said before: an environment has to be given it first.
    const environment = await findEnvironment(name, "production");
    const settings = await readConfig(db(), environment.id);
    const build = async () => {
      const row = await db().release.findUniqueOrThrow({ where: { id: made.id } });
      const images = { app: pinned("demo/web:2"), db: pinned("demo/db:11", "d") };
      const place = { name: "production", serviceName: name };
      if (!settings) throw new Error("no settings");
      return buildContent(db(), { ...row, images }, place, settings.content);
    };
    expect(await refusalOf(build())).toMatchObject({ code: "releases.secret_missing" });
    const secret = { name: "api_key", value: "a-value" };
    expect(await saveSecret(people.owner, name, "production", secret)).toEqual({ version: 1 });
    expect((await build()).secrets).toEqual({ db_pass: 1, api_key: 1 });
    expect(await saveSecret(people.admin, name, "production", secret)).toEqual({ version: 2 });
    expect((await getConfig(people.outsider, name, "production")).secrets).toEqual([
      { name: "api_key", version: 2, running: null },
      { name: "db_pass", version: 1, running: 1 },
    ]);
    const own = { name: "db_pass", value: "a-value" };
    expect(await refusalOf(saveSecret(people.owner, name, "production", own))).toMatchObject({ status: 422 });
    expect(await refusalOf(saveSecret(people.teammate, name, "production", secret))).toMatchObject({ status: 403 });
    const events = await db().auditEvent.findMany({ where: { action: "environments.saveSecret" } });
    expect(JSON.stringify(events.map(({ detail }) => detail))).not.toContain("a-value");
  });

  test("by a token is a token's", async () => {
    const { name } = await createLiveService(people.owner);
    const made = await createRelease({ ...people.owner, via: "token" }, name, wanted());
    expect(made).toMatchObject({ origin: "token", by: { id: people.owner.id } });
  });

  test("is refused to a viewer, of a service that is not live, and with two migrations of one name", async () => {
    const { name, id } = await createLiveService(people.owner);
    expect(await refusalOf(createRelease(people.outsider, name, wanted()))).toMatchObject({ status: 403 });
    const migrations = [
      { id: "1", sql: "SELECT 1" },
      { id: "1", sql: "SELECT 2" },
    ];
    expect((await refusalOf(createRelease(people.owner, name, wanted({ migrations })))).fields).toHaveProperty([
      "migrations.1.id",
    ]);
    expect(await refusalOf(createRelease(people.owner, name, { ...wanted(), image: "no//image" }))).toMatchObject({
      status: 422,
    });
    await db().service.update({ where: { id }, data: { state: "failed" } });
    expect(await refusalOf(createRelease(people.owner, name, wanted()))).toMatchObject({ code: "releases.not_live" });
  });

  test("with a migration that the panel and the database could read differently is refused beside it", async () => {
    const { name } = await createLiveService(people.owner, { answers: { data: { database: "postgresql" } } });
    const refuse = async (sql: string) => {
      const migrations = [
        { id: "1", sql: "CREATE TABLE t (id INT)" },
        { id: "2", sql },
      ];
      return (await refusalOf(createRelease(people.owner, name, wanted({ migrations })))).fields?.["migrations.1.sql"];
    };
    expect(await refuse("INSERT INTO t VALUES ('a\\'); DROP TABLE users; --');")).toMatch(
      /line 1: PostgreSQL and the panel/,
    );
    expect(await refuse("SELECT 1 # 2; DROP TABLE users;\n+ 1;")).toMatch(/line 1: # begins no comment/);
    expect(await refuse("SELECT 1;\nABORT;")).toMatch(/line 2 begins or ends a transaction/);
  });

  test("whose tag was not found says why, and is resolved again when its run is tried again", async () => {
    const { name } = await createLiveService(people.owner);
    const { id, runId } = await createRelease(people.owner, name, wanted());
    await db().step.updateMany({
      where: { runId: runId ?? 0, key: "resolve" },
      data: { error: { message: "No tag." } },
    });
    const follow = async (state: "failed" | "running") => {
      const run = await db().run.findUniqueOrThrow({ where: { id: runId ?? 0 } });
      await transaction((tx) => followReleaseRun(tx, { ...run, mode: "apply", state }));
      return getRelease(people.owner, id);
    };
    expect(await follow("failed")).toMatchObject({ state: "failed", error: "No tag." });
    expect(await follow("running")).toMatchObject({ state: "resolving", error: null });
    await resolve(id);
    expect(await follow("failed")).toMatchObject({ state: "ready" });
  });
});

describe("staging", () => {
  async function withStaging() {
    const service = await createLiveService(people.owner);
    const asked = { name: "staging", replicas: 1, secrets: {} };
    const { planHash } = await planEnvironment(people.owner, service.name, asked);
    const { runId } = await addEnvironment(people.owner, service.name, { ...asked, planHash });
    await endRun(runId, "succeeded");
    return service;
  }
  const stage = (releaseId: string) =>
    releasesStage.apply({ releaseId, environment: "staging" }, createTestContext().ctx) as Promise<{
      deploymentId: string | null;
    }>;

  test("is handed every release, approved from the start and sealed, once", async () => {
    const { name } = await withStaging();
    const made = await createRelease(people.owner, name, wanted({ migrations: [{ id: "1", sql: "DROP TABLE t" }] }));
    const step = await db().step.findFirst({ where: { runId: made.runId ?? 0, key: "stage" } });
    expect(step).toMatchObject({ skipReason: null });
    await resolve(made.id);
    const [one, two] = [await stage(made.id), await stage(made.id)];
    expect(two).toEqual(one);
    const row = await db().deployment.findUniqueOrThrow({
      where: { id: one.deploymentId ?? "" },
      include: { environment: true },
    });
    expect(row).toMatchObject({
      ...{ state: "approved", needed: 0, requestedById: people.owner.id, previousId: row.environment.currentId },
      ...{ answers: { dataLoss: true, schemaChange: true }, content: { images: { app: pinned("demo/web:2", "b") } } },
      targetState: { deploymentId: row.environment.currentId, configVersion: 1 },
    });
    const { content, answers, evidence, targetState } = row as unknown as Parameters<typeof sealOf>[0];
    expect(row.seal).toBe(
      sealOf({ environment: "staging", content, answers, evidence, targetState, startAt: null, revision: 1 }),
    );
  });

  test("is for the newest: what still waited there has been overtaken", async () => {
    const { name } = await withStaging();
    const older = await createRelease(people.owner, name, wanted());
    const newer = await createRelease(people.owner, name, wanted());
    await resolve(older.id);
    await resolve(newer.id, "c");
    const first = await stage(older.id);
    const second = await stage(newer.id);
    expect(await db().deployment.findUniqueOrThrow({ where: { id: first.deploymentId ?? "" } })).toMatchObject({
      state: "superseded",
      supersededById: second.deploymentId,
    });
  });

  test("is handed nothing that is not resolved, nor what has no staging", async () => {
    const { name } = await createLiveService(people.owner);
    const made = await createRelease(people.owner, name, wanted());
    expect(await refusalOf(stage(made.id))).toMatchObject({ code: "releases.not_ready" });
    await resolve(made.id);
    expect(await stage(made.id)).toEqual({ deploymentId: null });
    expect(await refusalOf(stage(randomUUID()))).toMatchObject({ code: "releases.not_ready" });
  });
});
