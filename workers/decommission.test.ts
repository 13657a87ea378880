import { createHash } from "node:crypto";
import { existsSync, mkdirSync, readdirSync, readFileSync, rmSync, writeFileSync } from "node:fs";
import { dirname, join } from "node:path";
import { afterAll, afterEach, beforeAll, expect, test } from "vitest";
import { planDecommission } from "#lib/decommission/commands/plan-decommission.ts";
import { startDecommission } from "#lib/decommission/commands/start-decommission.ts";
import { readRemains } from "#lib/decommission/queries/read-remains.ts";
import { choicesSchema } from "#lib/decommission/schema.ts";
import type { Choices } from "#lib/decommission/types.ts";
import { RUN_HOOKS } from "#lib/hooks/run-hooks.ts";
import { removeContainer, startScratch } from "#lib/integrations/docker/containers.ts";
import { startProgram } from "#lib/integrations/programs/run.ts";
import { changeRecords, findRecord } from "#lib/integrations/route53/records.ts";
import { config, overrideConfig } from "#lib/platform/config/config.ts";
import { db } from "#lib/platform/db/client.ts";
import { retryRun } from "#lib/runs/commands/retry-run.ts";
import { undoRun } from "#lib/runs/commands/undo-run.ts";
import { type TestActor, until, untilState } from "#lib/runs/testing/stage.ts";
import { refusalOf } from "#lib/services/testing/actors.ts";
import { NOTHING, readBackupFiles, readDocker, readIngress, readMessageIds, readRecords } from "./testing/outside.ts";
import { describeSteps, killInEveryStep, provision, untilDone } from "./testing/provision.ts";
import { openProvisioningStage, type ProvisioningStage } from "./testing/provisioning-stage.ts";
import { killWorkers, startWorker } from "./testing/worker-process.ts";

/** The end of a service on real servers, by the real worker process. */
let stage: ProvisioningStage;
beforeAll(async () => {
  stage = await openProvisioningStage();
});
afterEach(async () => {
  await killWorkers();
});
afterAll(() => stage?.close());

const hostnamesOf = (name: string) => [`${name}.${config().ROOT_DOMAIN}`, `direct.${name}.${config().ROOT_DOMAIN}`];
const folderOf = (name: string) => join(config().SERVICES_ROOT, name);
const signal = () => AbortSignal.timeout(300_000);

/** A service that runs, with files in its folder. */
async function makeLive(answers?: Parameters<typeof provision>[2]) {
  const made = await provision(stage.owner, stage.webImage, answers);
  expect(await untilDone(stage.owner, made.runId), await describeSteps(made.runId)).toBe("succeeded");
  return made;
}

async function plan(actor: TestActor, name: string, choices: Choices): Promise<number> {
  const { runId } = await planDecommission(actor, name, choices);
  expect(await untilState(runId, "finished"), await describeSteps(runId)).toBe("succeeded");
  return runId;
}

async function begin(name: string, given: Partial<Choices> = {}, actor = stage.owner) {
  const choices = choicesSchema.parse(given);
  const planRunId = await plan(actor, name, choices);
  return startDecommission(actor, name, { choices, planRunId, confirmName: name });
}

const stateOf = async (name: string) => (await db().service.findUniqueOrThrow({ where: { name } })).state;

/** Asked of Docker, DNS, the proxy and the disk: nothing but archives and backups. */
async function expectGone(name: string): Promise<void> {
  expect(await readDocker(name)).toEqual(NOTHING);
  expect(await readRecords(hostnamesOf(name))).toEqual([]);
  expect(await readIngress(name)).toEqual([]);
  expect(existsSync(folderOf(name))).toBe(false);
  expect(
    await db().resource.findMany({
      where: { service: { name }, state: { not: "gone" }, kind: { notIn: ["backup.point", "folder.archive"] } },
    }),
  ).toEqual([]);
  const { id: serviceId } = await db().service.findUniqueOrThrow({ where: { name } });
  expect(await db().serviceClaim.count({ where: { serviceId } })).toBe(0);
}

/** The names in an archive, unpacked by other programs than the panel's own. */
async function listArchive(path: string): Promise<string[]> {
  const running = await startProgram({ argv: ["tar", "--zstd", "--list", `--file=${path}`] }, signal());
  running.end();
  let text = "";
  for await (const { data } of running.output) text += Buffer.from(data).toString("utf8");
  expect(await running.exitCode(), text).toBe(0);
  return text.trim().split("\n").sort();
}

const BORGMATIC = (name: string) => `location:
    source_directories:
        - /etc
        - ${folderOf(name)}
    repositories:
        - /backup/repo.borg

hooks:
    mysql_databases:
        - name: wiki
        - name: ${name.replaceAll("-", "_")}
`;
const acmeEntry = (main: string) => ({ domain: { main }, certificate: "QQ==", key: "QQ==", Store: "default" });

test("a live service goes while its worker is killed again and again: nothing is left but its archive and its last backup", async () => {
  await startWorker();
  const { name, runId: provisionedBy } = await makeLive();
  mkdirSync(join(folderOf(name), "in", "deep"), { recursive: true });
  writeFileSync(join(folderOf(name), "in", "deep", "ä note.txt"), "kept");
  const settings = join(dirname(stage.backupsRoot), "settings");
  mkdirSync(settings);
  const files = { borgmatic: join(settings, "config.yaml"), acme: join(settings, "acme.json") };
  writeFileSync(files.borgmatic, BORGMATIC(name));
  const certificates = [acmeEntry(`${name}.${config().ROOT_DOMAIN}`), acmeEntry("other.example.org")];
  writeFileSync(files.acme, JSON.stringify({ le: { Account: {}, Certificates: certificates } }), { mode: 0o600 });
  Object.assign(process.env, { BORGMATIC_CONFIG: files.borgmatic, TRAEFIK_ACME_JSON: files.acme });
  overrideConfig(undefined);
  await killWorkers();
  await startWorker();

  const choices = choicesSchema.parse({});
  const planRunId = await plan(stage.owner, name, choices);
  const planned = await db().step.findMany({ where: { runId: planRunId }, select: { key: true, changes: true } });
  const lines = planned.flatMap(({ changes }) => changes as { action: string; name: string }[]);
  for (const part of [`${name}-production_app`, `${name}-production_db`, `A ${name}.${config().ROOT_DOMAIN}`])
    expect(lines).toContainEqual(expect.objectContaining({ action: "remove", name: part }));
  expect(await stateOf(name)).toBe("live");
  expect((await readDocker(name)).services).toHaveLength(2);

  const start = (given = {}) =>
    startDecommission(stage.owner, name, { choices, planRunId, confirmName: name, ...given });
  expect((await refusalOf(start({ confirmName: "other" }))).status).toBe(422);
  expect(await refusalOf(start({ choices: choicesSchema.parse({ files: "keep" }) }))).toMatchObject({
    code: "plan.stale",
  });
  await killWorkers();
  const [one, other] = await Promise.all([start(), start()]);
  expect(one.runId).toBe(other.runId);
  expect(await stateOf(name)).toBe("decommissioning");

  const meant = ["stop.", "last-backup.", "borgmatic", "take-stack.", "archive.", "take-record.", "proven-gone"];
  const lost = await killInEveryStep(stage.owner, one.runId, (key) => meant.some((begin) => key.startsWith(begin)));
  expect(lost.size).toBeGreaterThan(3);
  expect(await untilDone(stage.owner, one.runId), await describeSteps(one.runId)).toBe("succeeded");

  expect(await stateOf(name)).toBe("retired");
  await expectGone(name);
  const remains = await readRemains(db(), (await db().service.findUniqueOrThrow({ where: { name } })).id);
  expect(remains?.kept).toEqual([]);
  expect(remains?.archives).toHaveLength(1);
  const [archive] = remains?.archives ?? [];
  const bytes = readFileSync(archive?.path ?? "");
  expect(createHash("sha256").update(bytes).digest("hex")).toBe(archive?.sha256);
  expect((await listArchive(archive?.path ?? "")).at(-1)).toContain("note.txt");
  expect(readdirSync(dirname(archive?.path ?? "")).filter((entry) => entry.includes(name))).toHaveLength(1);
  // The first backup and the last one, each of the database and of the files; the last is the one that was proven.
  expect(remains?.backups.map(({ policy, isProven }) => `${policy} ${isProven}`).sort()).toEqual([
    ...["database true", "database true", "files true", "files true"],
  ]);
  expect(readBackupFiles(stage.backupsRoot, name).filter((file) => file === "manifest.json")).toHaveLength(4);
  expect(readFileSync(files.borgmatic, "utf8")).not.toContain(name);
  expect(readFileSync(files.borgmatic, "utf8")).toContain("wiki");
  expect(readdirSync(settings).filter((file) => file.includes("seaworthy"))).toEqual([]);
  expect(readFileSync(files.acme, "utf8")).not.toContain(name);
  expect(readFileSync(files.acme, "utf8")).toContain("other.example.org");
  const mails = await readMessageIds(stage.mailUrl, stage.owner.email, `${name} is decommissioned`);
  expect(mails).toHaveLength(1);

  expect(await refusalOf(undoRun(stage.owner, one.runId, RUN_HOOKS))).toMatchObject({ status: 403 });
  expect(await refusalOf(planDecommission(stage.owner, name, choices))).toMatchObject({ code: "decommission.not_now" });
  expect((await db().run.findUniqueOrThrow({ where: { id: provisionedBy } })).state).toBe("succeeded");
  rmSync(archive?.path ?? "");
  Object.assign(process.env, { BORGMATIC_CONFIG: "", TRAEFIK_ACME_JSON: "" });
  overrideConfig(undefined);
});

test("the run does not finish while a stranger holds a volume, nor while a record is back that was taken away", async () => {
  await startWorker();
  const { name } = await makeLive();
  const volume = `${name}-production_db`;
  const holder = `${name}-stranger`;
  await startScratch(
    {
      name: holder,
      image: stage.webImage,
      env: {},
      labels: {},
      mounts: [{ kind: "volume", source: volume, target: "/d", readOnly: false }],
    },
    signal(),
  );
  const { runId } = await begin(name, { files: "delete" });
  const waitFor = (key: string) =>
    until(`${key} to ask for a person`, async () => {
      const step = await db().step.findFirst({ where: { runId, key: { startsWith: key }, state: "needs_person" } });
      return step?.error as { code: string; message: string } | undefined;
    });
  try {
    expect(await waitFor("take-volume"), await describeSteps(runId)).toMatchObject({
      code: "stack.volume_held",
      message: expect.stringContaining(holder),
    });
    expect(await stateOf(name)).toBe("decommissioning");
    // By now the record is gone; somebody puts it back by hand.
    const host = `${name}.${config().ROOT_DOMAIN}`;
    await until(
      "the record to be gone",
      async () => !(await findRecord(config().AWS_ROUTE53_HOSTED_ZONE_ID, host, "A")),
    );
    const set = { name: host, type: "A" as const, ttl: 300, values: ["203.0.113.99"] };
    await changeRecords(config().AWS_ROUTE53_HOSTED_ZONE_ID, [{ action: "CREATE", set }]);
    await removeContainer(holder, signal());
    await retryRun(stage.owner, runId, RUN_HOOKS);
    expect(await waitFor("proven-gone"), await describeSteps(runId)).toMatchObject({
      code: "decommission.left",
      message: `Route 53 still has A ${host}.`,
    });
    await retryRun(stage.owner, runId, RUN_HOOKS);
    expect(await waitFor("proven-gone")).toMatchObject({ code: "decommission.left" });
    expect(await stateOf(name)).toBe("decommissioning");
    await changeRecords(config().AWS_ROUTE53_HOSTED_ZONE_ID, [{ action: "DELETE", set }]);
    await retryRun(stage.owner, runId, RUN_HOOKS);
    expect(await untilDone(stage.owner, runId), await describeSteps(runId)).toBe("succeeded");
    expect(await stateOf(name)).toBe("retired");
    await expectGone(name);
  } finally {
    await removeContainer(holder, signal());
  }
});
