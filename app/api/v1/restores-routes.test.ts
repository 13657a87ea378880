import { createHash, randomUUID } from "node:crypto";
import { mkdirSync, mkdtempSync, rmSync, writeFileSync } from "node:fs";
import { tmpdir } from "node:os";
import { dirname, join } from "node:path";
import { beforeEach, describe, expect, it, vi } from "vitest";
import { createPeople, createPerson, type People } from "#lib/access/testing/people.ts";
import { useTestDatabase } from "#lib/access/testing/use-test-database.ts";
import { createApi } from "#lib/api/handle-request.ts";
import { OWN_DISK_TARGET } from "#lib/backups/constants.ts";
import { overrideConfig } from "#lib/platform/config/config.ts";
import { db } from "#lib/platform/db/client.ts";
import { ROUTES } from "./registry.ts";

useTestDatabase("links");
const api = createApi(ROUTES);
const call = (path: string, init: RequestInit = {}) => api(new Request(`http://localhost:8080/api/v1${path}`, init));

let people: People;
let root: string;
beforeEach(async () => {
  people = await createPeople();
  root = mkdtempSync(join(tmpdir(), "seaworthy-links-"));
  overrideConfig({ BACKUPS_ROOT: root });
  return () => rmSync(root, { recursive: true, force: true });
});

/** A restore point of a service of the owner's, with these objects in the panel's own folder. */
async function addPoint(objects: Record<string, string>): Promise<string> {
  const backupId = randomUUID();
  const serviceId = randomUUID();
  await db().service.create({
    data: {
      id: serviceId,
      name: `pad-${serviceId.slice(0, 8)}`,
      purpose: "A test",
      ownerId: people.owner.id,
      state: "live",
    },
  });
  const parts = Object.entries(objects).map(([name, text]) => {
    const key = `${backupId}/${name}`;
    mkdirSync(dirname(join(root, key)), { recursive: true });
    writeFileSync(join(root, key), text);
    const sha256 = createHash("sha256").update(text).digest("hex");
    return { name: name.split(".")[0], key, sizeBytes: Buffer.byteLength(text), sha256 };
  });
  await db().backup.create({
    data: {
      ...{ id: backupId, serviceId, environment: "production", engine: "mariadb", state: "verified" },
      ...{ targetId: OWN_DISK_TARGET, key: backupId },
      manifest: {
        ...{ version: 2, backupId, service: "pad", environment: "production", policy: "database", engine: "mariadb" },
        ...{ source: "notes", image: "x", startedAt: "2026-11-21T02:00:00Z", finishedAt: "2026-11-21T02:01:00Z" },
        ...{ compression: "zstd", recipients: [], parts, counting: "exact", counts: {}, checksums: {} },
      },
    },
  });
  return backupId;
}

async function makeLink(backupId: string, person = people.owner) {
  const response = await call(`/backups/${backupId}/links`, {
    method: "POST",
    headers: { ...person.headers, "content-type": "application/json" },
    body: JSON.stringify({ minutes: 60, reason: "A bug that only this data shows" }),
  });
  const body = (await response.json()) as { url?: string; link?: { id: string } };
  return { status: response.status, path: body.url?.split("/api/v1")[1] ?? "", id: body.link?.id ?? "" };
}

describe("a download link", () => {
  it("gives the one object to whoever has it, and says who made it in the record", async () => {
    const backupId = await addPoint({ "database.sql.zst": "all of it" });
    const { status, path } = await makeLink(backupId);
    expect(status).toBe(201);
    const response = await call(path);
    expect(response.status).toBe(200);
    expect(await response.text()).toBe("all of it");
    expect(Object.fromEntries(response.headers)).toMatchObject({
      "content-length": "9",
      "cache-control": "no-store",
      "x-content-type-options": "nosniff",
      "content-type": "application/octet-stream",
      "content-disposition": expect.stringMatching(/^attachment; filename="pad-.*-database\.sql\.zst"$/),
    });
    const [event] = await db().auditEvent.findMany({ where: { action: "backups.download", subjectId: backupId } });
    expect(event).toMatchObject({ actorName: "download link" });
    expect(event?.detail).toMatchObject({ linkBy: "Olga Owner", reason: "A bug that only this data shows" });
    expect(await db().backupLink.findFirst({ where: { backupId } })).toMatchObject({ uses: 1 });
  });

  it("gives several objects as one archive with the manifest, as long as it says", async () => {
    const backupId = await addPoint({ "files.tar.zst": "x".repeat(700), "list.sha256.zst": "y" });
    const { path } = await makeLink(backupId);
    const response = await call(path);
    const bytes = Buffer.from(await response.arrayBuffer());
    expect(response.headers.get("content-type")).toBe("application/x-tar");
    expect(response.headers.get("content-length")).toBe(String(bytes.length));
    for (const name of ["files.tar.zst", "list.sha256.zst", "manifest.json"]) expect(bytes.includes(name)).toBe(true);
  });

  it("is kept only as a hash", async () => {
    const backupId = await addPoint({ "database.sql.zst": "x" });
    const { path } = await makeLink(backupId);
    const token = path.split("/").at(-1) ?? "";
    expect(token).toMatch(/^[A-Za-z0-9_-]{43}$/);
    const rows = await db().backupLink.findMany();
    expect(rows.map((row) => Buffer.from(row.tokenHash).toString("hex"))).toContain(
      createHash("sha256").update(token).digest("hex"),
    );
    const audit = await db().auditEvent.findMany({ where: { action: "backups.link" } });
    expect(audit.map((event) => JSON.stringify(event.detail)).join()).not.toContain(token);
  });

  it("ends a download under way soon after it is taken back, and no other", async () => {
    const backupId = await addPoint({ "database.sql.zst": "x".repeat(8 * 1_048_576) });
    const read = async (path: string) => {
      const reader = (await call(path)).body?.getReader();
      await reader?.read();
      return async () => {
        for (;;) if ((await reader?.read())?.done !== false) return "whole";
      };
    };
    const [taken, other] = [await makeLink(backupId), await makeLink(backupId)];
    const [goOn, goOnOther] = [await read(taken.path), await read(other.path)];
    await call(`/backup-links/${taken.id}`, { method: "DELETE", headers: people.owner.headers });
    vi.useFakeTimers({ toFake: ["Date"], now: Date.now() + 6_000 });
    try {
      await expect(goOn()).rejects.toMatchObject({ code: "backups.link_revoked" });
      expect(await goOnOther()).toBe("whole");
    } finally {
      vi.useRealTimers();
    }
  });

  it("says the same of one that is over, taken back, made up, of nothing or of somebody who may no longer give it", async () => {
    const backupId = await addPoint({ "database.sql.zst": "x" });
    const over = await makeLink(backupId);
    await db().backupLink.update({ where: { id: over.id }, data: { expiresAt: new Date(Date.now() - 1) } });
    const taken = await makeLink(backupId);
    const revoked = await call(`/backup-links/${taken.id}`, { method: "DELETE", headers: people.owner.headers });
    expect(revoked.status).toBe(200);
    const removed = await makeLink(await addPoint({ "database.sql.zst": "x" }));
    await db().backup.updateMany({ where: { links: { some: { id: removed.id } } }, data: { removedAt: new Date() } });
    const bad = await makeLink(await addPoint({ "database.sql.zst": "x" }));
    await db().backup.updateMany({ where: { links: { some: { id: bad.id } } }, data: { state: "failed" } });
    const maker = await createPerson({ name: "Dora Former", roles: ["dba"] });
    const disabled = await makeLink(backupId, maker);
    await db().user.update({ where: { id: maker.id }, data: { disabledAt: new Date() } });
    const demoted = await createPerson({ name: "Dino Former", roles: ["dba"] });
    const lost = await makeLink(backupId, demoted);
    expect([disabled.status, lost.status]).toEqual([201, 201]);
    await db().user.update({ where: { id: demoted.id }, data: { roles: "viewer" } });
    const made = `/backup-downloads/${"A".repeat(43)}`;
    const answers = await Promise.all(
      [over, taken, removed, bad, disabled, lost, { path: made }, { path: "/backup-downloads/x" }].map(
        async ({ path }) => {
          const response = await call(path);
          const { error } = (await response.json()) as { error: { requestId?: string } };
          return { status: response.status, error: { ...error, requestId: "" } };
        },
      ),
    );
    expect(answers[0]?.status).toBe(404);
    for (const answer of answers) expect(answer).toEqual(answers[0]);
    expect(await db().auditEvent.count({ where: { action: "backups.download", subjectId: backupId } })).toBe(0);
  });

  it("is made and taken back only by who may give the data away", async () => {
    const backupId = await addPoint({ "database.sql.zst": "x" });
    expect((await makeLink(backupId, people.teammate)).status).toBe(403);
    expect((await makeLink(backupId, people.outsider)).status).toBe(403);
    const { id, status } = await makeLink(backupId, people.dba);
    expect(status).toBe(201);
    const remove = (headers: Record<string, string>) => call(`/backup-links/${id}`, { method: "DELETE", headers });
    expect((await remove(people.teammate.headers)).status).toBe(403);
    expect((await remove(people.owner.headers)).status).toBe(200);
  });

  it("says in words where the objects cannot be had from", async () => {
    const backupId = await addPoint({ "database.sql.zst": "x" });
    const { path } = await makeLink(backupId);
    rmSync(join(root, backupId), { recursive: true });
    const response = await call(path);
    expect(response.status).toBe(503);
    expect(JSON.stringify(await response.json())).toContain("mounted in the web process");
    expect(await db().auditEvent.count({ where: { action: "backups.download", subjectId: backupId } })).toBe(0);
  });

  it("counts no use when only its headers are asked for", async () => {
    const backupId = await addPoint({ "database.sql.zst": "x" });
    const { path } = await makeLink(backupId);
    const response = await call(path, { method: "HEAD" });
    expect(response.status).toBe(200);
    expect(response.headers.get("content-length")).toBe("1");
    expect(await db().backupLink.findFirst({ where: { backupId } })).toMatchObject({ uses: 0 });
  });
});
