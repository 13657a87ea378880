import { randomUUID } from "node:crypto";
import { mkdtempSync, rmSync } from "node:fs";
import { tmpdir } from "node:os";
import { join } from "node:path";
import { afterAll, beforeAll, describe, expect, it } from "vitest";
import { type NamesWorld, openNamesWorld } from "#lib/dns/testing/names-world.ts";
import { runExec } from "#lib/integrations/docker/exec.ts";
import { findService, listTasks } from "#lib/integrations/docker/services.ts";
import { listSecrets } from "#lib/integrations/docker/swarm.ts";
import { openTraefik } from "#lib/integrations/ingress/traefik.ts";
import { db } from "#lib/platform/db/client.ts";
import { createTestContext } from "#lib/steps/testing/context.ts";
import { swarmStack } from "#lib/swarm/steps/stack.ts";
import { clearStack, contextFor, createStackInput } from "#lib/swarm/testing.ts";
import { type Authority, createAuthority } from "#local/authority.ts";
import { removeDeliveries } from "../commands/remove-deliveries.ts";
import { keepIssued } from "../testing/issued.ts";
import { certificatesDeliver } from "./deliver.ts";

const WEB = "127.0.0.1:5000/pad-notes:1.0";
const NAMES = ["pads.example.org"];
const FOLDER = "/etc/ssl/app";
let world: NamesWorld;
let authority: Authority;
const dir = mkdtempSync(join(tmpdir(), "seaworthy-deliver-"));
const signal = AbortSignal.timeout(240_000);

beforeAll(async () => {
  world = await openNamesWorld();
  world.useSettings({ TRAEFIK_DYNAMIC_DIR: dir, SWARM_CONVERGE_TIMEOUT_S: "100" });
  authority = await createAuthority();
});
afterAll(async () => {
  rmSync(dir, { recursive: true, force: true });
  await world.close();
});

const addRow = (certificateId: string, kind: string, target: string, options = {}) =>
  db().certificateDelivery.create({
    data: { id: randomUUID(), certificateId, kind, target, options, state: "pending" },
  });
const rowsOf = (certificateId: string) =>
  db().certificateDelivery.findMany({ where: { certificateId }, orderBy: { createdAt: "asc" } });
const deliver = async (certificateId: string) => {
  const test = createTestContext();
  const done = await certificatesDeliver.apply({ certificateId }, test.ctx).then(
    () => undefined,
    (error: unknown) => error,
  );
  return { test, error: done };
};

async function readInContainer(serviceName: string, path: string): Promise<string> {
  const tasks = await listTasks({ service: [serviceName] }, signal);
  const running = tasks.find((task) => task.Status.State === "running" && task.DesiredState === "running");
  const id = running?.Status.ContainerStatus?.ContainerID ?? "";
  const result = await runExec(id, { argv: ["cat", path] }, signal);
  return result.stdout;
}

describe("to a service of the swarm", () => {
  it("mounts both files by a rolling update, again after a renewal, and takes them away", async ({
    onTestFinished,
  }) => {
    const input = createStackInput(WEB, { replicas: 2 });
    const stack = contextFor(input);
    onTestFinished(() => clearStack(input, stack), 60_000);
    await swarmStack.apply(input, stack.ctx);
    const target = `${input.stackName}_app`;
    const first = await authority.issue(NAMES);
    const id = await keepIssued(first, { names: NAMES });
    await addRow(id, "swarm", target, { serviceName: input.serviceName, mountPath: FOLDER, mode: "0440", gid: 33 });

    const { test, error } = await deliver(id);
    expect(error).toBeUndefined();
    expect(await rowsOf(id)).toMatchObject([{ state: "delivered", serial: first.serial, error: null }]);
    expect(await readInContainer(target, `${FOLDER}/fullchain.pem`)).toBe(first.chainPem);
    expect(await readInContainer(target, `${FOLDER}/privkey.pem`)).toBe(first.keyPem);
    expect(test.lines.join("\n")).not.toContain("PRIVATE KEY");
    expect(await certificatesDeliver.verify({ certificateId: id }, test.ctx)).toMatchObject({ ok: true });

    const versionOf = async () => (await findService(target, signal))?.Version.Index;
    const before = await versionOf();
    await deliver(id);
    expect(await versionOf()).toBe(before);

    // The stack's own step, run again, leaves the certificate where it is.
    await swarmStack.apply(input, stack.next().ctx);
    expect(await versionOf()).toBe(before);

    const second = await authority.issue(NAMES);
    await keepIssued(second, { names: NAMES, id });
    expect(await certificatesDeliver.verify({ certificateId: id }, test.ctx)).toMatchObject({ ok: false });
    expect((await deliver(id)).error).toBeUndefined();
    expect(await readInContainer(target, `${FOLDER}/fullchain.pem`)).toBe(second.chainPem);
    const secrets = () => listSecrets([`seaworthy.certificate=${id}`], signal);
    expect(await secrets()).toHaveLength(2);

    await removeDeliveries(createTestContext().ctx, id);
    expect(await secrets()).toEqual([]);
    expect(await rowsOf(id)).toEqual([]);
    const left = (await findService(target, signal))?.Spec.TaskTemplate.ContainerSpec?.Secrets;
    expect(left ?? []).toEqual([]);
  });
});

describe("to several places", () => {
  it("brings it to the others when one fails, and says all reasons", async () => {
    const made = await authority.issue(NAMES);
    const id = await keepIssued(made, { names: NAMES });
    await addRow(id, "swarm", "nowhere-production_app", { serviceName: "nowhere" });
    await addRow(id, "traefik", "ingress");
    const { error } = await deliver(id);
    expect(error).toMatchObject({
      code: "delivery.no_service",
      message: "swarm nowhere-production_app: The swarm has no service nowhere-production_app.",
    });
    expect(await rowsOf(id)).toMatchObject([
      { kind: "swarm", state: "error", error: "The swarm has no service nowhere-production_app." },
      { kind: "traefik", state: "delivered", serial: made.serial },
    ]);
    expect(await openTraefik(dir).findCertificate(id, signal)).toMatchObject({ serial: made.serial });
  });

  it("ends rather than waits for a person, for a run that waits would keep the certificate from being renewed", async () => {
    const id = await keepIssued(await authority.issue(NAMES), { names: NAMES });
    await addRow(id, "traefik", "ingress");
    world.useSettings({ TRAEFIK_DYNAMIC_DIR: join(dir, "not-there") });
    const { error } = await deliver(id);
    world.useSettings({ TRAEFIK_DYNAMIC_DIR: dir });
    expect(error).toMatchObject({ code: "ingress.files", retry: "permanent" });
    expect(await rowsOf(id)).toMatchObject([{ state: "error" }]);
  });

  it("brings no key to a service of that name that somebody else made since", async () => {
    const service = await world.createService();
    const id = await keepIssued(await authority.issue(NAMES), { names: NAMES });
    await addRow(id, "swarm", `${service.name}-production_app`, {
      ...{ serviceName: service.name, ownerId: randomUUID() },
    });
    expect((await deliver(id)).error).toMatchObject({ code: "delivery.other_owner", retry: "permanent" });
  });

  it("takes away what is to go, even when the certificate was revoked meanwhile", async () => {
    const made = await authority.issue(NAMES);
    const id = await keepIssued(made, { names: NAMES });
    await addRow(id, "traefik", "ingress");
    await deliver(id);
    await db().certificate.update({ where: { id }, data: { state: "revoked" } });
    await db().certificateDelivery.updateMany({ where: { certificateId: id }, data: { state: "removing" } });
    expect((await deliver(id)).error).toBeUndefined();
    expect(await rowsOf(id)).toEqual([]);
    expect(await openTraefik(dir).findCertificate(id, signal)).toBeNull();
  });

  it("is content when there is no place", async () => {
    const id = await keepIssued(await authority.issue(NAMES), { names: NAMES });
    const { ctx } = createTestContext();
    expect(await certificatesDeliver.apply({ certificateId: id }, ctx)).toEqual({
      ...{ certificateId: id, delivered: 0, targets: [] },
    });
  });

  it("does not put its key beside a service of somebody else's", async ({ onTestFinished }) => {
    const input = createStackInput(WEB);
    const stack = contextFor(input);
    onTestFinished(() => clearStack(input, stack), 60_000);
    await swarmStack.apply(input, stack.ctx);
    const id = await keepIssued(await authority.issue(NAMES), { names: NAMES });
    await addRow(id, "swarm", `${input.stackName}_app`, { serviceName: "another" });
    expect((await deliver(id)).error).toMatchObject({ code: "delivery.foreign_service" });
    expect(await listSecrets([`seaworthy.certificate=${id}`], signal)).toEqual([]);
  });
});
