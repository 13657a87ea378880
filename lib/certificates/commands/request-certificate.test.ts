import { beforeAll, beforeEach, describe, expect, it } from "vitest";
import { createPeople, type People } from "#lib/access/testing/people.ts";
import { useTestDatabase } from "#lib/access/testing/use-test-database.ts";
import { issueLocally } from "#lib/integrations/acme/testing/issue-locally.ts";
import { db } from "#lib/platform/db/client.ts";
import { AppError } from "#lib/platform/errors.ts";
import { checkRequest } from "../queries/check-request.ts";
import { getCertificate } from "../queries/get-certificate.ts";
import { listPlaces } from "../queries/list-places.ts";
import { createIssued, createRootZone, createServiceRow } from "../testing/certificates.ts";
import { deleteCertificate } from "./delete-certificate.ts";
import { renewNow, retryCertificate, revokeNow, setAutoRenew } from "./manage-certificate.ts";
import { requestCertificate, requestPersonal } from "./request-certificate.ts";

useTestDatabase("certrequest");
let people: People;
let base: string;
const root = "seaworthy.test";

beforeAll(createRootZone);
beforeEach(async () => {
  people = await createPeople();
  const { username } = await db().user.findUniqueOrThrow({ where: { id: people.owner.id } });
  base = `${username}.${root}`;
});

const refusal = (work: Promise<unknown>): Promise<AppError> =>
  work.then(
    () => {
      throw new Error("It was not refused");
    },
    (error: unknown) => {
      if (error instanceof AppError) return error;
      throw error;
    },
  );

/** The run of a certificate ends, as the engine would have it. */
const endRuns = () =>
  db().run.updateMany({ where: { exclusiveKey: { not: null } }, data: { state: "succeeded", exclusiveKey: null } });

describe("asking for a certificate", () => {
  it("is one press for everybody's own wildcard: row, run, audit and the order of steps at once", async () => {
    const { certificateId, runId, created } = await requestPersonal(people.owner.actor);
    expect(created).toBe(true);
    const view = await getCertificate(people.owner.actor, certificateId);
    expect(view).toMatchObject({
      names: [`*.${base}`, base],
      state: "pending",
      work: "issue",
      keyType: "ec-p256",
      autoRenew: true,
      owner: { id: people.owner.id },
      activeRun: { id: runId },
    });
    const steps = await db().step.findMany({ where: { runId: runId ?? 0 }, orderBy: { position: "asc" } });
    expect(steps.map((step) => step.name)).toEqual([
      "certificates.issue",
      "certificates.deliver",
      "notifications.mail",
    ]);
    const event = await db().auditEvent.findFirst({
      where: { action: "certificates.request", subjectId: certificateId },
    });
    expect(event).toMatchObject({ actorId: people.owner.id });
    expect((await listPlaces(people.owner.actor)).personal?.certificate?.id).toBe(certificateId);
  });

  it("a second time, or by ten at once, offers the one there is", async () => {
    const names = [`pads.${base}`, `www.pads.${base}`];
    const answers = await Promise.all(
      Array.from({ length: 10 }, (_, index) =>
        requestCertificate(people.owner.actor, { names: index % 2 ? names : [...names].reverse() }),
      ),
    );
    expect(new Set(answers.map((one) => one.certificateId)).size).toBe(1);
    expect(answers.filter((one) => one.created)).toHaveLength(1);
    const other = await requestCertificate(people.owner.actor, { names, keyType: "rsa-2048" });
    expect(other.created).toBe(true);
  });

  it("after a revocation is a new one", async () => {
    const names = [`again.${base}`];
    const { id } = await createIssued(names, { ownerId: people.owner.id });
    await db().certificate.update({ where: { id }, data: { state: "revoked" } });
    expect((await requestCertificate(people.owner.actor, { names })).created).toBe(true);
  });

  it("has a limit of its own for one person, also for many requests at once", async () => {
    const ask = (index: number) => requestCertificate(people.owner.actor, { names: [`n${index}.${base}`] });
    const answers = await Promise.allSettled(Array.from({ length: 14 }, (_, index) => ask(index)));
    expect(answers.filter(({ status }) => status === "fulfilled")).toHaveLength(10);
    expect(await refusal(ask(99))).toMatchObject({ code: "certificates.limit", status: 409 });
    const names = [`by-admin.${base}`];
    expect((await requestCertificate(people.admin.actor, { names })).created).toBe(true);
  });

  it("says beside each name what is wrong with it", async () => {
    const { username: other } = await db().user.findUniqueOrThrow({ where: { id: people.teammate.id } });
    const service = await createServiceRow(people.teammate.id, `svc-${other.slice(-8)}`);
    const names = [
      `good.${base}`,
      `www.${other}.${root}`,
      `${service.name}.${root}`,
      "example.com",
      `_acme-challenge.${base}`,
      `*.deep.${base}`,
      `a.deep.${base}`,
      root,
    ];
    const { fields, status } = await refusal(requestCertificate(people.owner.actor, { names }));
    expect(status).toBe(422);
    expect(Object.keys(fields ?? {}).sort()).toEqual([
      "names.1",
      "names.2",
      "names.3",
      "names.4",
      "names.6",
      "names.7",
    ]);
    expect(fields?.["names.2"]).toContain(`the service ${service.name}`);
    expect(fields?.["names.6"]).toContain(`*.deep.${base} covers this name`);
    expect(await db().certificate.count({ where: { ownerId: people.owner.id } })).toBe(0);
  });

  it("is for anybody's names when an administrator asks, and for no names when a viewer does", async () => {
    expect((await requestCertificate(people.admin.actor, { names: [`*.${root}`] })).created).toBe(true);
    expect((await refusal(requestPersonal(people.outsider.actor))).status).toBe(403);
    expect((await refusal(checkRequest(people.outsider.actor, { names: ["x.y"] }))).status).toBe(403);
  });

  it("belongs to the service whose names they are, and to its owner", async () => {
    const service = await createServiceRow(people.owner.id, `pads-${people.owner.id.slice(0, 8)}`);
    const names = [`${service.name}.${root}`, `direct.${service.name}.${root}`];
    const check = await checkRequest(people.owner.actor, { names });
    expect(check).toMatchObject({ service: service.name, problem: null, existing: null });
    const { certificateId } = await requestCertificate(people.owner.actor, { names });
    expect(await getCertificate(people.teammate.actor, certificateId)).toMatchObject({
      service: { id: service.id },
      owner: { id: people.owner.id },
      may: { renew: false, download: false },
    });
  });
});

describe("a certificate request of one's own", () => {
  it("is read for its names; the panel makes no key", async () => {
    const names = [`*.csr.${base}`, `csr.${base}`];
    const { csrPem } = await issueLocally(names);
    expect(await checkRequest(people.owner.actor, { csr: csrPem })).toMatchObject({
      key: "ECDSA P-256",
      problem: null,
    });
    const { certificateId } = await requestCertificate(people.owner.actor, { csr: csrPem });
    const row = await db().certificate.findUniqueOrThrow({ where: { id: certificateId } });
    expect(row).toMatchObject({ keyType: "csr", keySecretId: null, names: names.join(",") });
    expect(row.csrPem?.trim()).toBe(csrPem.trim());
    expect((await requestCertificate(people.owner.actor, { csr: csrPem })).created).toBe(false);
    const another = await issueLocally(names);
    expect((await requestCertificate(people.owner.actor, { csr: another.csrPem })).created).toBe(true);
  });

  it("with other people's names, or a private key in it, is refused", async () => {
    const { csrPem, keyPem } = await issueLocally([`ok.${base}`, "mallory.example.com"]);
    const wrong = await refusal(requestCertificate(people.owner.actor, { csr: csrPem }));
    expect(wrong.fields?.csr).toContain("mallory.example.com");
    const leaked = await refusal(requestCertificate(people.owner.actor, { csr: `${keyPem}${csrPem}` }));
    expect(leaked.fields?.csr).toContain("private key");
    const both = await refusal(requestCertificate(people.owner.actor, { csr: csrPem, names: [`x.${base}`] }));
    expect(both.status).toBe(422);
  });
});

describe("an issued certificate", () => {
  it("renewed twice at once is one run, and stays what it is meanwhile", async () => {
    const { id, serial } = await createIssued([`live.${base}`], { ownerId: people.owner.id });
    const runs = await Promise.all([renewNow(people.owner.actor, id), renewNow(people.owner.actor, id)]);
    expect(runs[0]).toEqual(runs[1]);
    expect(await getCertificate(people.owner.actor, id)).toMatchObject({
      state: "issued",
      work: "renew",
      serial,
      may: { download: true, downloadKey: true, revoke: false, renew: false },
    });
  });

  it("is revoked only by its name, with a reason, by whom it belongs to", async () => {
    const { id } = await createIssued([`gone.${base}`], { ownerId: people.owner.id });
    const wrong = await refusal(revokeNow(people.owner.actor, id, { reason: "superseded", name: "gone" }));
    expect(wrong.fields?.name).toContain(`gone.${base}`);
    expect((await refusal(revokeNow(people.teammate.actor, id, { reason: "superseded", name: "x" }))).status).toBe(404);
    const { runId } = await revokeNow(people.owner.actor, id, { reason: "superseded", name: `gone.${base}` });
    const step = await db().step.findFirstOrThrow({ where: { runId } });
    expect(step).toMatchObject({ name: "certificates.revoke", input: { certificateId: id, reason: "superseded" } });
  });

  it("of a retired service's is the administrators' alone", async () => {
    const service = await createServiceRow(people.owner.id, "over");
    const { id } = await createIssued([`over.${root}`], { serviceId: service.id });
    const { may } = await getCertificate(people.owner.actor, id);
    expect(may).toMatchObject({ download: true, downloadKey: true, renew: true });
    await db().service.update({ where: { id: service.id }, data: { state: "retired" } });
    expect(Object.values((await getCertificate(people.owner.actor, id)).may)).not.toContain(true);
    expect((await refusal(renewNow(people.owner.actor, id))).status).toBe(403);
    expect((await getCertificate(people.admin.actor, id)).may).toMatchObject({ download: true, revoke: true });
  });

  it("is renewed by itself or not, as its owner says", async () => {
    const { id } = await createIssued([`auto.${base}`], { ownerId: people.owner.id });
    await setAutoRenew(people.owner.actor, id, false);
    expect((await getCertificate(people.owner.actor, id)).autoRenew).toBe(false);
    expect((await refusal(setAutoRenew(people.teammate.actor, id, true))).status).toBe(404);
  });

  it("cannot be taken away while it is in use", async () => {
    const { id } = await createIssued([`kept.${base}`], { ownerId: people.owner.id });
    expect((await refusal(deleteCertificate(people.owner.actor, id))).code).toBe("certificates.issued");
  });
});

describe("one that was not issued", () => {
  it("is tried again by a new run, one at a time, and taken away with its keys", async () => {
    const { certificateId } = await requestCertificate(people.owner.actor, { names: [`never.${base}`] });
    expect((await refusal(deleteCertificate(people.owner.actor, certificateId))).code).toBe("run.active");
    await endRuns();
    await db().certificate.update({ where: { id: certificateId }, data: { state: "failed", error: "no" } });
    const first = await retryCertificate(people.owner.actor, certificateId);
    expect(await retryCertificate(people.owner.actor, certificateId)).toEqual(first);
    await endRuns();
    await deleteCertificate(people.owner.actor, certificateId);
    expect((await refusal(getCertificate(people.owner.actor, certificateId))).status).toBe(404);
    expect(await db().acmeOrder.count({ where: { certificateId } })).toBe(0);
  });

  it("of a service that is being provisioned is that run's to get", async () => {
    const service = await createServiceRow(people.owner.id, `new-${people.owner.id.slice(0, 8)}`);
    const { id } = await createIssued([`${service.name}.${root}`], { serviceId: service.id });
    await db().certificate.update({ where: { id }, data: { state: "pending" } });
    const { runId } = await requestCertificate(people.owner.actor, { names: [`other.${base}`] });
    await db().run.update({ where: { id: runId ?? 0 }, data: { exclusiveKey: `service:${service.id}` } });
    expect(await getCertificate(people.owner.actor, id)).toMatchObject({
      activeRun: { id: runId },
      may: { retry: false },
    });
    expect(await retryCertificate(people.owner.actor, id)).toEqual({ runId });
  });

  it("takes its sealed keys along when it was revoked", async () => {
    const { id } = await createIssued([`bye.${base}`], { ownerId: people.owner.id });
    await db().certificate.update({ where: { id }, data: { state: "revoked" } });
    await deleteCertificate(people.owner.actor, id);
    const keys = await db().secret.findMany({ where: { name: { startsWith: `certificates.${id}.` } } });
    expect(keys).toHaveLength(1);
    expect(keys[0]).toMatchObject({ deletedAt: expect.any(Date), ciphertext: new Uint8Array(0) });
  });
});
