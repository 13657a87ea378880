import { statSync } from "node:fs";
import { join } from "node:path";
import { Redis } from "ioredis";
import { afterAll, afterEach, beforeAll, expect, test } from "vitest";
import { queryAuthoritative } from "#lib/integrations/dns/authoritative.ts";
import { ask } from "#lib/integrations/ingress/testing/own-caddy.ts";
import { config } from "#lib/platform/config/config.ts";
import { db } from "#lib/platform/db/client.ts";
import { startProvisioning } from "#lib/services/commands/start-provisioning.ts";
import { refusalOf } from "#lib/services/testing/actors.ts";
import {
  countLedger,
  findUnledgered,
  NOTHING,
  readBackupFiles,
  readDigest,
  readDocker,
  readIngress,
  readMessageIds,
  readRecords,
  stripBrackets,
} from "./testing/outside.ts";
import {
  describeSteps,
  draftService,
  killInEveryStep,
  planDraft,
  provision,
  undo,
  untilDone,
  untilStepRuns,
} from "./testing/provision.ts";
import { openProvisioningStage, type ProvisioningStage } from "./testing/provisioning-stage.ts";
import { killWorkers, startWorker } from "./testing/worker-process.ts";

/** The whole provisioning on real servers, by the real worker process, with everything going wrong that can. */
let stage: ProvisioningStage;
const begun: { name: string; runId: number }[] = [];
beforeAll(async () => {
  stage = await openProvisioningStage();
});
afterEach(async () => {
  await killWorkers();
});
afterAll(() => stage?.close());

const hostnamesOf = (name: string) => [`${name}.${config().ROOT_DOMAIN}`, `direct.${name}.${config().ROOT_DOMAIN}`];

/** Exactly one of each thing is there, as it should be, and the ledger knows of all. */
async function expectOneOfEach(name: string, owner = stage.owner): Promise<void> {
  const stack = `${name}-production`;
  const secrets = ["db_pass", "db_root_pass"].map((secret) => `services.${name}.${secret}`);
  const [webDigest, databaseDigest] = await Promise.all([
    readDigest(stage.webImage),
    readDigest(config().DATABASE_IMAGE_MARIADB),
  ]);
  const docker = await readDocker(name);
  expect(docker).toEqual({
    services: [
      {
        name: `${stack}_app`,
        image: expect.stringContaining(webDigest),
        secrets: [secrets[0]],
        running: 1,
        desired: 1,
      },
      { name: `${stack}_db`, image: expect.stringContaining(databaseDigest), secrets, running: 1, desired: 1 },
    ],
    networks: [`${stack}_default`],
    volumes: [expect.stringContaining(stack)],
    secrets,
    scratch: [],
  });
  expect(await findUnledgered(name)).toEqual([]);

  const names = hostnamesOf(name);
  expect(await readRecords(names)).toEqual(names.map((host) => `A ${host}`));
  for (const host of names) expect(await queryAuthoritative(host, "A")).toMatchObject([{ kind: "answered" }]);

  const orders = await db().acmeOrder.findMany({ where: { certificate: { service: { name } } } });
  expect(orders.filter((order) => order.state === "valid")).toHaveLength(1);
  const certificates = await db().certificate.findMany({ where: { service: { name } } });
  expect(certificates.map(({ state }) => state)).toEqual(["issued"]);

  expect(await readIngress(name)).toEqual(["seaworthy-policy", "seaworthy-redirect", "seaworthy-route"]);
  const root = await stage.readRoot();
  const { INGRESS_IPV4: address } = config();
  for (const host of names) {
    const page = await ask(`https://${host}/`, { host: address, port: 443, ca: root });
    expect(page).toMatchObject({ status: 200, serial: certificates[0]?.serial });
    expect(await ask(`http://${host}/`, { host: address, port: 80 })).toMatchObject({ location: `https://${host}/` });
  }
  const deliveries = await db().certificateDelivery.findMany({ where: { certificate: { service: { name } } } });
  expect(deliveries).toMatchObject([{ kind: "caddy", target: "ingress", state: "delivered" }]);

  // The database and the folder, each with the manifest that makes it a backup.
  expect(readBackupFiles(stage.backupsRoot, name)).toEqual([
    "database.sql.zst",
    "files.tar.zst",
    "list.sha256.zst",
    "manifest.json",
    "manifest.json",
  ]);
  const backups = await db().backup.findMany({ where: { service: { name } }, orderBy: { policy: "asc" } });
  expect(backups.map(({ policy, state, proven }) => `${policy} ${state} ${proven}`)).toEqual([
    "database verified counts",
    "files verified counts",
  ]);
  const policies = await db().backupPolicy.findMany({ where: { service: { name }, removedAt: null } });
  expect(policies.map(({ name }) => name).sort()).toEqual(["database", "files"]);

  expect(statSync(join(config().SERVICES_ROOT, name)).mode & 0o7777).toBe(0o750);
  const mails = await readMessageIds(stage.mailUrl, owner.email, name);
  const sent = await db().notification.findMany({ where: { subject: { contains: name } } });
  expect(sent.map(({ messageId }) => stripBrackets(messageId)).sort()).toEqual([...mails].sort());
  // Notices of what was down while its workers were killed may have gone out besides.
  expect(sent.filter(({ template }) => template === "service-provisioned")).toHaveLength(1);
  expect((await db().service.findUniqueOrThrow({ where: { name } })).state).toBe("live");
}

async function expectNothingLeft(name: string): Promise<void> {
  expect(await readDocker(name)).toEqual(NOTHING);
  expect(await readRecords(hostnamesOf(name))).toEqual([]);
  expect(await readIngress(name)).toEqual([]);
  expect(await db().certificateDelivery.count({ where: { certificate: { service: { name } } } })).toBe(0);
  expect(readBackupFiles(stage.backupsRoot, name)).toEqual([]);
  expect(await db().backupPolicy.count({ where: { service: { name }, removedAt: null } })).toBe(0);
  expect(() => statSync(join(config().SERVICES_ROOT, name))).toThrow("ENOENT");
  expect(await countLedger(name)).toBe(0);
}

test("two people press Start at once; the worker dies in every step; one of each thing is made, and undone", async () => {
  const first = await startWorker();
  const { draftId, name } = await draftService(stage.owner, stage.webImage);
  const { planRunId, state } = await planDraft(stage.owner, draftId);
  expect(state, await describeSteps(planRunId)).toBe("succeeded");
  await first.kill();

  const starts = await Promise.all(
    [stage.owner, stage.teammate, stage.owner].map((actor) => startProvisioning(actor, draftId, { planRunId })),
  );
  expect(new Set(starts.map(({ runId }) => runId)).size).toBe(1);
  expect(starts.filter(({ created }) => created)).toHaveLength(1);
  expect(await db().run.count({ where: { draftId, mode: "apply" } })).toBe(1);

  const runId = starts[0]?.runId ?? 0;
  begun.push({ name, runId });
  const issuedBefore = stage.countIssued();
  const lost = await killInEveryStep(stage.owner, runId);
  // Whatever takes longer than a look at the database was hit for certain.
  expect([...lost.keys()]).toEqual(
    expect.arrayContaining(["stack", "certificate", "backup.database", "proof.database"]),
  );
  expect(await untilDone(stage.owner, runId), await describeSteps(runId)).toBe("succeeded");
  await expectOneOfEach(name);
  expect(stage.countIssued() - issuedBefore).toBe(1);

  expect(await undo(stage.owner, runId)).toBe("succeeded");
  await expectNothingLeft(name);
});

test("a run goes through while Route 53 throttles a third of all requests and Redis forgets everything", async () => {
  await startWorker();
  await stage.setDnsFaults({ throttle: 0.3 });
  const { name, runId } = await provision(stage.owner, stage.webImage);
  const redis = new Redis(stage.redisUrl);
  await untilStepRuns(runId, "stack");
  await redis.flushall();
  expect(await untilDone(stage.owner, runId), await describeSteps(runId)).toBe("succeeded");
  await redis.flushall();
  redis.disconnect();
  await expectOneOfEach(name);
  expect(await undo(stage.owner, runId)).toBe("succeeded");
  await stage.setDnsFaults({});
  await expectNothingLeft(name);
});

test("a run goes on after the panel's own MariaDB was restarted", async () => {
  await startWorker();
  const { name, runId } = await provision(stage.owner, stage.webImage);
  await untilStepRuns(runId, "stack");
  await stage.restartMariadb();
  expect(await untilDone(stage.owner, runId), await describeSteps(runId)).toBe("succeeded");
  await expectOneOfEach(name);
  expect(await undo(stage.owner, runId)).toBe("succeeded");
  await expectNothingLeft(name);
});

const SMALL = {
  data: { database: "none", filesFolder: false },
  exposure: { audience: "internal" },
  watching: { monitored: false },
};

test("an image that does not exist fails the plan, which says so; nothing was made", async () => {
  await startWorker();
  const image = `${stage.webImage.slice(0, stage.webImage.lastIndexOf("/"))}/nowhere:9.9`;
  const { draftId, name } = await draftService(stage.owner, image, SMALL);
  const { planRunId, state } = await planDraft(stage.owner, draftId);
  expect(state).toBe("failed");
  const step = await db().step.findUniqueOrThrow({ where: { runId_key: { runId: planRunId, key: "stack" } } });
  expect(step.error).toMatchObject({ code: "image.not_found", message: expect.stringContaining(image) });
  const refusal = await refusalOf(startProvisioning(stage.owner, draftId, { planRunId }));
  expect(refusal).toMatchObject({ code: "plan.failed", message: expect.stringContaining(image) });
  expect(await readDocker(name)).toEqual(NOTHING);
  expect(await db().service.count({ where: { name } })).toBe(0);
});

test("a health check that never passes fails the step, which says why; undoing leaves nothing", async () => {
  await startWorker();
  const { name, runId } = await provision(stage.owner, stage.webImage, {
    ...SMALL,
    placement: {
      healthKind: "command",
      healthCommand: ["false"],
      healthIntervalS: 1,
      healthTimeoutS: 1,
      healthRetries: 1,
      healthStartPeriodS: 0,
    },
  });
  expect(await untilDone(stage.owner, runId)).toBe("failed");
  const step = await db().step.findUniqueOrThrow({ where: { runId_key: { runId, key: "stack" } } });
  expect(step.error).toMatchObject({ code: "stack.task_failed", message: expect.stringContaining("health") });
  expect(await findUnledgered(name)).toEqual([]);
  expect(await undo(stage.owner, runId)).toBe("succeeded");
  await expectNothingLeft(name);
});
