import { beforeAll, describe, expect, it } from "vitest";
import { useTestDatabase } from "#lib/access/testing/use-test-database.ts";
import { overrideConfig } from "#lib/platform/config/config.ts";
import { db } from "#lib/platform/db/client.ts";
import { type Actors, createActors, refusalOf } from "#lib/services/testing/actors.ts";
import { createAuthority } from "#local/authority.ts";
import { createServiceRow } from "../testing/certificates.ts";
import { keepIssued } from "../testing/issued.ts";
import { addDelivery, deliverNow, deliveryRequest, removeDelivery } from "./manage-deliveries.ts";

useTestDatabase("deliveries", { INGRESS_KIND: "caddy" });
let actors: Actors;
let service: { id: string };
const NAMES = ["pads.seaworthy.test"];
const issue = async (owner: { serviceId?: string; ownerId?: string }) =>
  keepIssued(await (await createAuthority()).issue(NAMES), { names: NAMES, ...owner });
const toSwarm = (target: string, options = {}) => deliveryRequest.parse({ kind: "swarm", target, options });
const TO_INGRESS = deliveryRequest.parse({ kind: "ingress" });
const stepsOf = (runId: number) => db().step.findMany({ where: { runId }, select: { name: true, input: true } });

beforeAll(async () => {
  actors = await createActors();
  service = await createServiceRow(actors.owner.id, "pads");
  await createServiceRow(actors.teammate.id, "theirs");
});

describe("adding a place", () => {
  it("keeps it, begins a run that brings the certificate there, and says so in the record", async () => {
    const id = await issue({ serviceId: service.id });
    const { deliveryId, runId } = await addDelivery(actors.owner, id, toSwarm("pads-production_app", { uid: 33 }));
    expect(await db().certificateDelivery.findUnique({ where: { id: deliveryId } })).toMatchObject({
      certificateId: id,
      kind: "swarm",
      target: "pads-production_app",
      state: "pending",
      options: { mountPath: "/run/secrets/certificate", uid: 33, gid: 0, mode: "0400", serviceName: "pads" },
    });
    expect(await stepsOf(runId)).toEqual([{ name: "certificates.deliver", input: { certificateId: id } }]);
    const audited = await db().auditEvent.findFirst({ where: { action: "certificates.addDelivery", subjectId: id } });
    expect(audited?.actorId).toBe(actors.owner.id);
  });

  it("refuses the same place twice, and takes one up again that was to go", async () => {
    const id = await issue({ ownerId: actors.owner.id });
    const { deliveryId } = await addDelivery(actors.owner, id, TO_INGRESS);
    expect(await refusalOf(addDelivery(actors.owner, id, TO_INGRESS))).toMatchObject({ code: "delivery.exists" });
    const { runId } = await removeDelivery(actors.owner, id, deliveryId);
    expect(await stepsOf(runId)).toHaveLength(1);
    const row = () => db().certificateDelivery.findUniqueOrThrow({ where: { id: deliveryId } });
    expect((await row()).state).toBe("removing");
    expect((await addDelivery(actors.owner, id, TO_INGRESS)).deliveryId).toBe(deliveryId);
    expect((await row()).state).toBe("pending");
  });

  it("puts no key into the containers of a service of somebody else's", async () => {
    const id = await issue({ ownerId: actors.owner.id });
    const refused = await refusalOf(addDelivery(actors.owner, id, toSwarm("theirs-production_app")));
    expect(refused).toMatchObject({ status: 403 });
    expect(await db().certificateDelivery.count({ where: { certificateId: id } })).toBe(0);
  });

  it.each(["nothing-production_app", "pads-production_web", "postgres", "../pads-production_app"])(
    "knows no service %s",
    async (target) => {
      const id = await issue({ ownerId: actors.owner.id });
      const refused = await refusalOf(addDelivery(actors.owner, id, toSwarm(target)));
      expect(refused).toMatchObject({ status: 422, fields: { target: expect.any(String) } });
    },
  );

  it("refuses what was not issued, what has no key here, and a proxy that nobody looks after", async () => {
    const id = await issue({ ownerId: actors.owner.id });
    await db().certificate.update({ where: { id }, data: { state: "revoked" } });
    expect(await refusalOf(addDelivery(actors.owner, id, TO_INGRESS))).toMatchObject({ status: 409 });
    await db().certificate.update({ where: { id }, data: { state: "issued", csrPem: "x" } });
    expect(await refusalOf(addDelivery(actors.owner, id, TO_INGRESS))).toMatchObject({ code: "certificates.no_key" });
    await db().certificate.update({ where: { id }, data: { csrPem: null } });
    overrideConfig({ INGRESS_KIND: "none" });
    expect(await refusalOf(addDelivery(actors.owner, id, TO_INGRESS))).toMatchObject({
      fields: { kind: expect.any(String) },
    });
    overrideConfig({});
  });

  it("takes folders only that stay where they say", () => {
    for (const mountPath of ["etc", "/", "/etc/../root", "/etc//x", "/a b"])
      expect(deliveryRequest.safeParse({ kind: "swarm", target: "x", options: { mountPath } }).success).toBe(false);
  });
});

describe("of a certificate that is not theirs", () => {
  it.each(["teammate", "manager", "outsider"] as const)("a %s names, takes away and repeats nothing", async (who) => {
    const id = await issue({ serviceId: service.id });
    const { deliveryId } = await addDelivery(actors.admin, id, TO_INGRESS);
    for (const work of [
      () => addDelivery(actors[who], id, TO_INGRESS),
      () => removeDelivery(actors[who], id, deliveryId),
      () => deliverNow(actors[who], id),
    ])
      expect((await refusalOf(work())).status).toBe(403);
    const own = await issue({ ownerId: actors.owner.id });
    expect((await refusalOf(addDelivery(actors[who], own, TO_INGRESS))).status).toBe(404);
    // Another certificate's delivery is not found under this one's address.
    expect((await refusalOf(removeDelivery(actors.owner, own, deliveryId))).status).toBe(404);
  });
});
