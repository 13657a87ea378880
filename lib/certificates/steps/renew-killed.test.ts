import { type ChildProcess, spawn } from "node:child_process";
import { once } from "node:events";
import { fileURLToPath } from "node:url";
import { afterAll, beforeAll, expect, it } from "vitest";
import { CERTIFICATE } from "#lib/checklists/certificate.ts";
import { compileChecklist } from "#lib/checklists/compile.ts";
import { listOrders, readOrder } from "#lib/integrations/acme/orders.ts";
import { db } from "#lib/platform/db/client.ts";
import { transaction } from "#lib/platform/db/transaction.ts";
import { ringRun } from "#lib/runs/ring.ts";
import { startRun, until, untilState } from "#lib/runs/testing/stage.ts";
import { openAccount } from "../commands/open-account.ts";
import { startRenewal } from "../commands/start-renewal.ts";
import { type LineageWorld, openLineageWorld } from "../testing/lineage-world.ts";

let world: LineageWorld;
const workers: ChildProcess[] = [];
beforeAll(async () => {
  world = await openLineageWorld({ reuse: 0 });
});
afterAll(async () => {
  for (const worker of workers) worker.kill("SIGKILL");
  await world.close();
});

const SYSTEM = { kind: "system", name: "test", requestId: "test" } as const;

async function startWorker(): Promise<ChildProcess> {
  const script = fileURLToPath(new URL("../testing/worker.ts", import.meta.url));
  const worker = spawn(process.execPath, [script], { stdio: ["ignore", "pipe", "inherit"] });
  workers.push(worker);
  if (worker.stdout) await once(worker.stdout, "data");
  return worker;
}

/** kill -9 in the moment the newest order is seen in each of these phases (or past it), each time a new worker's. */
async function killIn(certificateId: string, phases: readonly string[]): Promise<void> {
  for (const phase of phases) {
    const worker = await startWorker();
    await until(`an order in ${phase}`, async () => {
      const order = (await world.orders(certificateId)).at(-1);
      return order?.phase === phase || order?.state === "valid";
    });
    worker.kill("SIGKILL");
    await once(worker, "exit");
  }
}

/** Orders the authority has finished for these names: each is one certificate. */
async function countIssued(names: readonly string[]): Promise<number> {
  const { client, ordersUrl } = await openAccount(world.attempt().ctx);
  const orders = await Promise.all((await listOrders(client, ordersUrl)).map((url) => readOrder(client, url)));
  const mine = orders.filter((found) => found?.order.identifiers.some(({ value }) => value === names[0]));
  return mine.filter((found) => found?.order.status === "valid").length;
}

it("goes through kill -9 around finalising, in the first issue and in a renewal: one certificate for each order", async () => {
  const asked = await world.request([world.name("killed"), `*.${world.name("killed")}`]);
  const { certificateId: id, names } = asked;
  const about = { certificateId: id, names, toUserId: null };
  const first = await startRun(SYSTEM, compileChecklist(CERTIFICATE, about), { exclusiveKey: `certificate:${id}` });
  await ringRun(first.runId);
  await killIn(id, ["challenges", "finalise", "finalise"]);
  const worker = await startWorker();
  expect(await untilState(first.runId, "finished")).toBe("succeeded");
  expect(await world.orders(id)).toMatchObject([{ purpose: "issue", state: "valid" }]);
  expect(await countIssued(names)).toBe(1);
  worker.kill("SIGKILL");
  await once(worker, "exit");

  const before = await world.row(id);
  const renewal = await transaction((tx) => startRenewal(tx, SYSTEM, id));
  await ringRun(renewal.runId);
  await killIn(id, ["finalise", "finalise", "stored"]);
  await startWorker();
  expect(await untilState(renewal.runId, "finished")).toBe("succeeded");
  const after = await world.row(id);
  expect(after.serial).not.toBe(before.serial);
  expect(await world.orders(id)).toMatchObject([
    { purpose: "issue", state: "valid" },
    { purpose: "renew", state: "valid" },
  ]);
  expect(await countIssued(names)).toBe(2);
  expect(await world.list()).toEqual([]);
  expect(await db().resource.findMany({ where: { kind: "dns.challenge", state: { not: "gone" } } })).toEqual([]);
});
