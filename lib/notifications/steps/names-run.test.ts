import { type ChildProcess, spawn } from "node:child_process";
import { randomBytes, randomUUID } from "node:crypto";
import { once } from "node:events";
import { setTimeout as delay } from "node:timers/promises";
import { fileURLToPath } from "node:url";
import { afterAll, beforeAll, expect, it } from "vitest";
import { splitChain } from "#lib/integrations/acme/chain.ts";
import { queryAuthoritative } from "#lib/integrations/dns/authoritative.ts";
import { findRecordsAt } from "#lib/integrations/route53/records.ts";
import { config, overrideConfig } from "#lib/platform/config/config.ts";
import { db } from "#lib/platform/db/client.ts";
import { undoRun } from "#lib/runs/commands/undo-run.ts";
import { ringRun } from "#lib/runs/ring.ts";
import { compiled, openStage, type Stage, startRun, until, untilState } from "#lib/runs/testing/stage.ts";
import { type MailCatcher, startMailCatcher } from "#local/mail/server.ts";

let stage: Stage;
let catcher: MailCatcher;
const workers: ChildProcess[] = [];
beforeAll(async () => {
  catcher = await startMailCatcher({ smtpPort: 0, webPort: 0 });
  stage = await openStage("names-run");
  Object.assign(process.env, { SMTP_HOST: "127.0.0.1", SMTP_PORT: String(catcher.smtpPort) });
  overrideConfig(undefined);
});
afterAll(async () => {
  for (const worker of workers) worker.kill("SIGKILL");
  await stage.close();
  await catcher.close();
});

async function startWorker(): Promise<ChildProcess> {
  const script = fileURLToPath(new URL("../testing/worker.ts", import.meta.url));
  const worker = spawn(process.execPath, [script], { stdio: ["ignore", "pipe", "inherit"] });
  workers.push(worker);
  if (worker.stdout) await once(worker.stdout, "data");
  return worker;
}

async function createService() {
  const id = randomUUID();
  const name = `run-${randomBytes(4).toString("hex")}`;
  await db().service.create({
    data: { id, name, purpose: "A test", ownerId: stage.actor.id, state: "provisioning" },
  });
  return { id, name, host: `${name}.${config().ROOT_DOMAIN}` };
}

/** Kills the worker at a random moment of each of these steps, and starts another. */
async function killDuring(runId: number, keys: string[]): Promise<void> {
  for (const key of keys) {
    const worker = await startWorker();
    await until(`step ${key} to run`, async () => {
      const step = await db().step.findFirst({ where: { runId, key } });
      return step?.state === "running" || step?.state === "succeeded";
    });
    await delay(Math.random() * 600);
    worker.kill("SIGKILL");
    await once(worker, "exit");
  }
}

it("goes through kill -9 of the worker in every step, and undoes everything", async () => {
  const service = await createService();
  const { runId } = await startRun(
    stage.actor,
    [
      compiled("record", "dns.record", [], {
        input: { name: service.host, type: "A", values: ["203.0.113.9"], ttl: 60 },
      }),
      compiled("certificate", "certificates.issue", ["record"], { input: { names: [service.host] } }),
      compiled("mail", "notifications.mail", ["certificate"], {
        input: { template: "service-provisioned", toUserId: stage.actor.id, serviceId: service.id },
      }),
    ],
    { serviceId: service.id, environment: "production" },
  );
  await killDuring(runId, ["record", "record", "certificate", "certificate", "certificate", "mail"]);
  await startWorker();
  expect(await untilState(runId, "finished")).toBe("succeeded");

  expect(await queryAuthoritative(service.host, "A")).toMatchObject([{ values: ["203.0.113.9"] }]);
  expect(await db().certificate.count({ where: { serviceId: service.id } })).toBe(1);
  expect(await db().acmeOrder.count()).toBe(1);
  const certificate = await db().certificate.findFirstOrThrow({ where: { serviceId: service.id } });
  expect(splitChain(certificate.chainPem ?? "")[0]?.checkHost(service.host)).toBe(service.host);
  expect(await findRecordsAt(config().AWS_ROUTE53_HOSTED_ZONE_ID, `_acme-challenge.${service.host}`)).toEqual([]);
  const mails = (await (await fetch(`${catcher.url}/email`)).json()) as { messageId: string; text: string }[];
  expect(new Set(mails.map(({ messageId }) => messageId)).size).toBe(1);
  expect(mails[0]?.text).toContain(`https://${service.host}`);
  const kinds = await db().resource.findMany({ where: { serviceId: service.id, state: { not: "gone" } } });
  expect(kinds.map(({ kind, state }) => `${kind} ${state}`).sort()).toEqual([
    "certificate present",
    "dns.record present",
  ]);

  const undone = await undoRun(stage.actor, runId, []);
  await ringRun(undone.runId);
  expect(await untilState(undone.runId, "finished")).toBe("succeeded");
  expect(await queryAuthoritative(service.host, "A")).toMatchObject([{ kind: "nxdomain" }]);
  expect(await db().resource.count({ where: { serviceId: service.id, state: { not: "gone" } } })).toBe(0);
  expect(await db().certificate.findFirst({ where: { serviceId: service.id } })).toMatchObject({
    state: "revoked",
    chainPem: null,
  });
});
