import { beforeAll, describe, expect, test } from "vitest";
import { useTestDatabase } from "#lib/access/testing/use-test-database.ts";
import { contentToStack, stackInput } from "#lib/checklists/stack-input.ts";
import { canonicalJson } from "#lib/platform/crypto.ts";
import { db } from "#lib/platform/db/client.ts";
import { buildContext } from "#lib/services/queries/provision-context.ts";
import { answersSchema } from "#lib/services/schema/answers.ts";
import { type Actors, createActors, refusalOf } from "#lib/services/testing/actors.ts";
import { stackInputSchema } from "#lib/swarm/schema.ts";
import { addEnvironment, planEnvironment } from "./commands/add-environment.ts";
import { fillInEnvironments } from "./commands/fill-in-environments.ts";
import { saveConfig } from "./commands/save-config.ts";
import { findEnvironment, namesIn, readRunning } from "./queries/find-environment.ts";
import { getConfig } from "./queries/get-config.ts";
import { getRelease } from "./queries/get-release.ts";
import { listEnvironments } from "./queries/list-environments.ts";
import { listReleases } from "./queries/list-releases.ts";
import { readTargetState } from "./queries/read-target-state.ts";
import { createLiveService, endRun, pinned, undoStack } from "./testing/live-service.ts";

useTestDatabase("environments");
let people: Actors;
beforeAll(async () => {
  people = await createActors();
});

const WITH_DATABASE = {
  data: { database: "mariadb", filesFolder: true },
  secrets: { others: [{ name: "smtp_password", purpose: "", source: "stored" }] },
};
const staging = { name: "staging", replicas: 1, secrets: { smtp_password: "another-value" } };

async function addStaging(name: string, wanted = staging) {
  const { planHash } = await planEnvironment(people.owner, name, wanted);
  return addEnvironment(people.owner, name, { ...wanted, planHash });
}

describe("what provisioning leaves", () => {
  test("is release 1, which runs in production with version 1 of its settings", async () => {
    const { name } = await createLiveService(people.owner, { answers: WITH_DATABASE });
    const { environments, mayAdd } = await listEnvironments(people.owner, name);
    expect(mayAdd).toBe(true);
    expect(environments).toMatchObject([
      { name: "production", state: "running", configVersion: 1, current: { release: { number: 1 }, configVersion: 1 } },
    ]);
    const { items } = await listReleases(people.outsider, name);
    expect(items).toMatchObject([{ number: 1, state: "ready", image: "demo/web:1", runsIn: ["production"] }]);
    const view = await getRelease(people.outsider, items[0]?.id ?? "");
    expect(view).toMatchObject({
      images: { app: pinned("demo/web:1"), db: pinned("demo/db:11", "d") },
      template: { secrets: ["db_pass", "smtp_password"], database: { engine: "mariadb" } },
      deployments: [{ state: "done", environment: "production" }],
    });
  });

  test("would be made again, to the byte, from the content that was frozen", async () => {
    const { name, id } = await createLiveService(people.owner, { answers: WITH_DATABASE });
    const environment = await findEnvironment(name, "production");
    const running = await readRunning(db(), environment);
    if (!running) throw new Error("nothing runs");
    const { answers } = await db().answers.findFirstOrThrow({ where: { serviceId: id } });
    const parsed = answersSchema.parse(answers);
    const ports = running.content.ports.map((port) => ({
      ...{ container: port.target, published: port.published, protocol: port.protocol },
      ...{ purpose: "", guarded: null },
    }));
    const provisioned = {
      ...stackInput(buildContext(parsed, id, ports)),
      appImagePinned: running.content.images.app,
      databaseImagePinned: running.content.images.db,
    };
    const release = await db().release.findUniqueOrThrow({ where: { id: running.releaseId } });
    const { database } = release.template as { database: { engine: "mariadb"; memoryMb: number | null } };
    const again = contentToStack(running.content, namesIn(name), database);
    // What has no number yet in the settings of these answers stands for what the database image is called.
    const plain = (input: Record<string, unknown>) => {
      const parsedInput = stackInputSchema.parse(input);
      const secrets = parsedInput.app.secrets.map(({ version: _frozen, ...secret }) => secret);
      const database = parsedInput.database && { ...parsedInput.database, image: "" };
      return { ...parsedInput, app: { ...parsedInput.app, secrets }, database };
    };
    expect(canonicalJson(plain(again))).toBe(canonicalJson(plain(provisioned)));
    expect(stackInputSchema.parse(again).app.secrets.map(({ version }) => version)).toEqual([1, 1]);
  });

  test("is taken up once, also for services of before, and nothing where nothing was made", async () => {
    const { name, runId } = await createLiveService(people.owner, { withoutConfig: true, withoutRelease: true });
    expect((await listEnvironments(people.owner, name)).environments[0]).toMatchObject({
      state: "empty",
      current: null,
    });
    await Promise.all([fillInEnvironments(), fillInEnvironments()]);
    await fillInEnvironments();
    await endRun(runId, "succeeded");
    const { environments } = await listEnvironments(people.owner, name);
    expect(environments[0]).toMatchObject({ state: "running", configVersion: 1 });
    expect((await listReleases(people.owner, name)).items).toHaveLength(1);
  });

  test("stays as history when it is undone", async () => {
    const { name, runId } = await createLiveService(people.owner);
    await undoStack(people.owner, runId);
    expect((await listEnvironments(people.owner, name)).environments[0]).toMatchObject({ state: "empty" });
    expect((await listReleases(people.owner, name)).items).toMatchObject([{ number: 1, runsIn: [] }]);
  });
});

describe("an environment's settings", () => {
  test("are saved as another version, which does not run by itself", async () => {
    const { name } = await createLiveService(people.owner);
    const { content } = await getConfig(people.outsider, name, "production");
    const saved = await saveConfig(people.owner, name, "production", {
      version: 1,
      content: { ...content, replicas: 3, env: { LOG: "debug" } },
    });
    expect(saved).toMatchObject({ version: 2, latest: 2, running: 1, mayEdit: true, content: { replicas: 3 } });
    expect((await getConfig(people.owner, name, "production", 1)).content).toEqual(content);
    const environment = await findEnvironment(name, "production");
    expect(await readTargetState(db(), environment, null)).toMatchObject({ configVersion: 2 });
  });

  test("saved by two at once are one's, and the other is told", async () => {
    const { name } = await createLiveService(people.owner);
    const { content } = await getConfig(people.owner, name, "production");
    const save = (replicas: number) =>
      saveConfig(people.owner, name, "production", { version: 1, content: { ...content, replicas } });
    const results = await Promise.allSettled([save(2), save(3), save(4)]);
    expect(results.filter(({ status }) => status === "fulfilled")).toHaveLength(1);
    expect(await refusalOf(save(5))).toMatchObject({ status: 409, code: "environments.changed_meanwhile" });
  });

  test("are changed by the owner or an administrator, and host names and others' ports not at all", async () => {
    const { name } = await createLiveService(people.owner);
    const other = await createLiveService(people.owner);
    const { content } = await getConfig(people.owner, name, "production");
    const change = { version: 1, content: { ...content, replicas: 2 } };
    for (const actor of [people.teammate, people.outsider, people.manager])
      expect(await refusalOf(saveConfig(actor, name, "production", change))).toMatchObject({ status: 403 });
    const more = { version: 1, content: { ...content, hostnames: ["else.example.org"] } };
    expect(await refusalOf(saveConfig(people.owner, name, "production", more))).toMatchObject({ status: 422 });
    const taken = (await getConfig(people.owner, other.name, "production")).content.ports;
    const stolen = { version: 1, content: { ...content, ports: taken } };
    expect(await refusalOf(saveConfig(people.owner, name, "production", stolen))).toMatchObject({ status: 409 });
    expect((await saveConfig(people.admin, name, "production", change)).version).toBe(2);
  });
});

describe("adding staging", () => {
  test("begins with what runs, under names of its own, and then runs the same release", async () => {
    const { name, id } = await createLiveService(people.owner, { answers: WITH_DATABASE });
    const plan = await planEnvironment(people.owner, name, { ...staging, secrets: {} });
    expect(plan.secretsToGive).toEqual(["smtp_password"]);
    expect(plan.steps.filter((step) => step.skipReason === null).map(({ key }) => key)).toEqual(
      expect.arrayContaining([
        "database-secret.db_pass",
        "folder",
        "stack",
        "record.1",
        "certificate",
        "policy.database",
      ]),
    );
    const { runId, created } = await addStaging(name);
    expect(created).toBe(true);
    const step = await db().step.findUniqueOrThrow({ where: { runId_key: { runId, key: "stack" } } });
    const input = stackInputSchema.parse(step.input);
    expect(input).toMatchObject({
      stackName: `${name}-staging`,
      appImagePinned: pinned("demo/web:1"),
      app: { replicas: 1, mounts: [{ source: expect.stringMatching(new RegExp(`/${name}-staging$`)) }] },
      database: { passwordSecret: `services.${name}.staging.db_pass` },
    });
    expect(input.app.secrets[0]).toEqual({ swarmName: `services.${name}.staging.db_pass`, fileName: "db_pass" });
    const production = await getConfig(people.owner, name, "production");
    expect(input.app.ports[0]?.published).not.toBe(production.content.ports[0]?.published);
    const host = (await db().serviceClaim.findMany({ where: { serviceId: id, kind: "hostname" } })).map(
      (one) => one.value,
    );
    expect(host).toContain(`staging.${name}.${process.env.ROOT_DOMAIN}`);
    expect((await listEnvironments(people.owner, name)).environments[1]).toMatchObject({ state: "adding" });

    // What its steps would have made up.
    for (const secret of ["db_pass", "db_root_pass"])
      await db().secret.create({
        data: {
          ...{ id: crypto.randomUUID(), name: `services.${name}.staging.${secret}`, version: 1, serviceId: id },
          ...{ keyId: "k", nonce: new Uint8Array(12), ciphertext: new Uint8Array(16) },
        },
      });
    await endRun(runId, "succeeded");
    const { environments } = await listEnvironments(people.owner, name);
    expect(environments[1]).toMatchObject({ state: "running", current: { release: { number: 1 } } });
    expect((await listReleases(people.owner, name)).items).toMatchObject([{ runsIn: ["production", "staging"] }]);
  });

  test("twice, or by many at once, is one run", async () => {
    const { name } = await createLiveService(people.owner, { answers: WITH_DATABASE });
    const { planHash } = await planEnvironment(people.owner, name, staging);
    const starts = await Promise.all(
      Array.from({ length: 6 }, () => addEnvironment(people.owner, name, { ...staging, planHash })),
    );
    expect(new Set(starts.map(({ runId }) => runId)).size).toBe(1);
    expect(starts.filter(({ created }) => created)).toHaveLength(1);
  });

  test("is refused without the secrets, with another plan, with a name that means something else, and to others", async () => {
    const { name } = await createLiveService(people.owner, { answers: WITH_DATABASE });
    const { planHash } = await planEnvironment(people.owner, name, staging);
    const add = (more: object, actor = people.owner) => addEnvironment(actor, name, { ...staging, planHash, ...more });
    expect((await refusalOf(add({ secrets: {} }))).fields).toHaveProperty(["secrets.smtp_password"]);
    expect(await refusalOf(add({ replicas: 2 }))).toMatchObject({ code: "plan.stale" });
    expect((await refusalOf(add({ secrets: { ...staging.secrets, other: "x" } }))).fields).toHaveProperty([
      "secrets.other",
    ]);
    for (const actor of [people.teammate, people.outsider])
      expect(await refusalOf(add({}, actor))).toMatchObject({ status: 403 });
    expect(await db().environment.count({ where: { service: { name } } })).toBe(1);
  });

  test("undone, its names are free and it may be added again", async () => {
    const { name, id } = await createLiveService(people.owner);
    const { runId } = await addStaging(name, { name: "staging", replicas: 1, secrets: {} as never });
    expect(await db().serviceClaim.count({ where: { serviceId: id, value: { startsWith: "staging." } } })).toBe(1);
    await endRun(runId, "succeeded");
    await undoStack(people.owner, runId);
    expect(await db().serviceClaim.count({ where: { serviceId: id, value: { startsWith: "staging." } } })).toBe(0);
    const again = await addStaging(name, { name: "staging", replicas: 1, secrets: {} as never });
    expect(again).toMatchObject({ created: true });
    expect(again.runId).not.toBe(runId);
  });
});
