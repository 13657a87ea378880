import { chmodSync, renameSync, statSync } from "node:fs";
import { join } from "node:path";
import { setTimeout as delay } from "node:timers/promises";
import { afterAll, beforeAll, expect, test } from "vitest";
import { findService, removeService, updateService } from "#lib/integrations/docker/services.ts";
import { removeSecret } from "#lib/integrations/docker/swarm.ts";
import { openIngress } from "#lib/integrations/ingress/open.ts";
import { changeRecords } from "#lib/integrations/route53/records.ts";
import { config } from "#lib/platform/config/config.ts";
import { db } from "#lib/platform/db/client.ts";
import { until } from "#lib/runs/testing/stage.ts";
import { createTestContext } from "#lib/steps/testing/context.ts";
import { stackInputSchema } from "#lib/swarm/schema.ts";
import { swarmSecret } from "#lib/swarm/steps/secret.ts";
import { swarmStack } from "#lib/swarm/steps/stack.ts";
import { dueNow } from "#lib/ticks/commands/due-now.ts";
import { approveRelease, start, untilRunEnds, webImages } from "./testing/deploy-stage.ts";
import { readMessageIds, stripBrackets } from "./testing/outside.ts";
import { describeSteps, provision, untilDone } from "./testing/provision.ts";
import { openProvisioningStage, type ProvisioningStage } from "./testing/provisioning-stage.ts";
import { killWorkers, startWorker } from "./testing/worker-process.ts";

/** What is broken from outside, by hand, on real servers: its tick goes by itself, and comes back by itself. */
let stage: ProvisioningStage;
let service: { id: string; name: string };
let runId: number;

const signal = () => AbortSignal.timeout(300_000);
const call = { signal: AbortSignal.timeout(600_000), guard: async () => {} };
const readTick = (key: string) => db().tick.findFirst({ where: { serviceId: service.id, key } });
const inputOf = async (key: string) =>
  (await db().step.findUniqueOrThrow({ where: { runId_key: { runId, key } } })).input as Record<string, unknown>;

async function untilTick(key: string, state: string, reason?: RegExp): Promise<void> {
  await until(`${key} to be ${state}`, async () => {
    const tick = await readTick(key);
    if (tick?.state === state && (!reason || reason.test(tick.reason))) return true;
    await delay(200);
    return false;
  }).catch(async (error: unknown) => {
    throw new Error(`${String(error)}: ${JSON.stringify(await readTick(key))}`);
  });
}

/** The mail server has it, as the owner would find it. */
const untilMailed = (subject: string) =>
  until(`the mail "${subject}"`, async () => {
    const sent = await db().notification.findMany({
      where: { template: "ticks-changed", state: "sent", subject: { startsWith: subject } },
      select: { messageId: true },
    });
    const caught = await readMessageIds(stage.mailUrl, stage.owner.email, service.name);
    return sent.some(({ messageId }) => caught.includes(stripBrackets(messageId)));
  });

beforeAll(async () => {
  stage = await openProvisioningStage();
  Object.assign(process.env, { TICKS_EVERY_S: "2", TICKS_MAIL_EVERY_S: "1" });
  await startWorker();
  const made = await provision(stage.owner, stage.webImage, {
    data: { database: "none", filesFolder: true },
    secrets: { others: [{ name: "api_key", purpose: "Signs links", source: "generate" }] },
    watching: { monitored: false },
  });
  runId = made.runId;
  expect(await untilDone(stage.owner, runId), await describeSteps(runId)).toBe("succeeded");
  service = await db().service.findUniqueOrThrow({ where: { name: made.name }, select: { id: true, name: true } });
});
/** What a worker that was killed had begun is begun anew. */
async function restartWorker(): Promise<void> {
  await killWorkers();
  await dueNow(db(), service.id);
  await startWorker();
}

afterAll(async () => {
  await killWorkers();
  await stage?.close();
});

interface Break {
  key: string;
  reason: RegExp;
  breakIt(): Promise<unknown>;
  mendIt(): Promise<unknown>;
}

async function listBreaks(): Promise<Break[]> {
  const folder = join(config().SERVICES_ROOT, service.name);
  const mode = statSync(folder).mode & 0o7777;
  const stack = stackInputSchema.parse(await inputOf("stack"));
  const app = `${service.name}-production_app`;
  const again = async (key: string) => {
    const { id } = await db().step.findUniqueOrThrow({ where: { runId_key: { runId, key } } });
    return createTestContext({ service, environment: "production", step: { id } }).ctx;
  };
  const record = (await inputOf("record.1")) as { name: string; type: string; values: string[]; ttl: number };
  const setRecord = (values: string[]) =>
    changeRecords(config().AWS_ROUTE53_HOSTED_ZONE_ID, [
      { action: "UPSERT", set: { ...record, ttl: record.ttl ?? 300, values } },
    ]);
  const secret = await inputOf("secret.api_key");
  const ingress = openIngress("caddy");
  const { routeId } = (await inputOf("route")) as { routeId: string };
  const route = await ingress.findRoute(routeId, signal());
  const backup = await db().backup.findFirstOrThrow({ where: { serviceId: service.id } });
  const backupFile = join(stage.backupsRoot, backup.key, "files.tar.zst");
  const scale = async (replicas: number) => {
    const present = await findService(app, signal());
    if (!present) throw new Error("The service is gone.");
    const spec = { ...present.Spec, Mode: { Replicated: { Replicas: replicas } } };
    await updateService(present, spec as Parameters<typeof updateService>[1], signal());
  };
  return [
    {
      key: "folder",
      reason: /^\/.* has .*0700.* instead of /,
      breakIt: async () => chmodSync(folder, 0o700),
      mendIt: async () => chmodSync(folder, mode),
    },
    {
      key: "record.1",
      reason: /^Route 53 has .*192\.0\.2\.99.*, not /,
      breakIt: () => setRecord(["192.0.2.99"]),
      mendIt: () => setRecord(record.values),
    },
    {
      key: "route",
      reason: /^Caddy has no route for /,
      breakIt: () => ingress.removeRoute(routeId, call),
      mendIt: async () => route && ingress.putRoute(route, call),
    },
    {
      key: "policy.files",
      reason: /^The backup policy files is switched off\.$/,
      breakIt: () => db().backupPolicy.updateMany({ where: { serviceId: service.id }, data: { enabled: false } }),
      mendIt: () => db().backupPolicy.updateMany({ where: { serviceId: service.id }, data: { enabled: true } }),
    },
    {
      key: "backup.files",
      reason: / is gone\.$/,
      breakIt: async () => renameSync(backupFile, `${backupFile}.aside`),
      mendIt: async () => renameSync(`${backupFile}.aside`, backupFile),
    },
    {
      key: "stack",
      reason: /is to run 0 tasks, not 1: somebody scaled it\.$/,
      breakIt: () => scale(0),
      mendIt: () => scale(1),
    },
    {
      key: "stack",
      reason: new RegExp(`^The swarm has no service ${app}\\.$`),
      breakIt: () => removeService(app, signal()),
      mendIt: async () => {},
    },
    // In use by the app until that was gone.
    {
      key: "secret.api_key",
      reason: /^The swarm has no secret .* with version 1 of its content\.$/,
      breakIt: () => removeSecret(String(secret.swarmName), signal()),
      mendIt: async () => {
        await swarmSecret.apply(secret, await again("secret.api_key"));
        await swarmStack.apply(stack, await again("stack"));
      },
    },
  ];
}

test("every kind of thing that is broken outside unticks itself, mails, and ticks itself when it is mended", async () => {
  await until("the first look", async () => {
    const { ticksCheckedAt } = await db().service.findUniqueOrThrow({ where: { id: service.id } });
    return ticksCheckedAt !== null;
  });
  const all = await db().tick.findMany({ where: { serviceId: service.id } });
  expect(
    all.map(({ key, state, reason }) => `${key} ${state} ${reason}`).filter((line) => !/ true /.test(line)),
  ).toEqual([]);

  const breaks = await listBreaks();
  for (const one of breaks) {
    await one.breakIt();
    await untilTick(one.key, "false", one.reason);
    const { ticksTotal, ticksTrue, ticksOpen } = await db().service.findUniqueOrThrow({ where: { id: service.id } });
    expect(ticksOpen).toBeGreaterThan(0);
    expect(ticksTrue + ticksOpen).toBe(ticksTotal);
    if (one === breaks[0]) await untilMailed(`No longer so at ${service.name}: Create folder`);
    await one.mendIt();
    // The app that was removed comes back with its secret.
    if (one !== breaks.at(-2)) await untilTick(one.key, "true");
  }
  await untilTick("stack", "true");
  await untilMailed(`So again at ${service.name}: Deploy stack`);
  const { ticksTotal, ticksTrue } = await db().service.findUniqueOrThrow({ where: { id: service.id } });
  expect(ticksTrue).toBe(ticksTotal);
});

test("a Docker that does not answer makes ticks unknown, not wrong, of which nobody is mailed", async () => {
  const docker = process.env.DOCKER_HOST ?? "";
  process.env.DOCKER_HOST = "unix:///nowhere/docker.sock";
  try {
    await restartWorker();
    await untilTick("stack", "unknown");
    await untilTick("folder", "true");
    // Nothing of it waits to be told.
    expect((await readTick("stack"))?.notifiedAt).not.toBeNull();
  } finally {
    process.env.DOCKER_HOST = docker;
  }
  await restartWorker();
  await untilTick("stack", "true");
});

test("after a release it is the release that has to run, and the image of before that is wrong", async () => {
  await restartWorker();
  await untilTick("stack", "true");
  await db().environment.updateMany({ where: { serviceId: service.id }, data: { soakS: 1 } });
  const images = webImages();
  const { id } = await approveRelease(stage.owner, [stage.teammate], service.name, { image: images["1.1"] ?? "" });
  const run = await start(stage.teammate, id);
  expect(await untilRunEnds(run), await describeSteps(run)).toBe("succeeded");
  await dueNow(db(), service.id);
  const before = await db().tick.findFirst({ where: { serviceId: service.id, state: "false" } });
  expect(before).toBeNull();
  await untilTick("stack", "true");

  const present = await findService(`${service.name}-production_app`, signal());
  if (!present) throw new Error("The service is gone.");
  const template = present.Spec.TaskTemplate as { ContainerSpec: { Image: string } };
  const byHand = { ...template, ContainerSpec: { ...template.ContainerSpec, Image: images["1.0"] } };
  const spec = { ...present.Spec, TaskTemplate: byHand } as Parameters<typeof updateService>[1];
  await updateService(present, spec, signal());
  await untilTick("stack", "false", /runs .*, not .*@sha256:/);
});
