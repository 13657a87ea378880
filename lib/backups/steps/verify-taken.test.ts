import { generateIdentity, identityToRecipient } from "age-encryption";
import { afterAll, beforeAll, describe, expect, test } from "vitest";
import { findContainer, startScratch } from "#lib/integrations/docker/containers.ts";
import { findService, type ServiceSpec, updateService } from "#lib/integrations/docker/services.ts";
import { createMemoryVolume } from "#lib/integrations/docker/volumes.ts";
import { overrideConfig } from "#lib/platform/config/config.ts";
import { db } from "#lib/platform/db/client.ts";
import { scratchLabels, scratchName } from "../prove/scratch-container.ts";
import { listLeft, readPoint, takePoint, verifyPoint } from "../testing/proofs.ts";
import { type BackupWorld, createPolicyRow, startBackupWorld } from "../testing.ts";
import { backupsTake, type TakeBackupOutput } from "./take.ts";
import { backupsVerify } from "./verify.ts";

const soon = () => AbortSignal.timeout(60_000);

describe("a backup of MariaDB in a stack", () => {
  let world: BackupWorld;
  let backupId: string;
  const appName = () => ("stackName" in world.source ? `${world.source.stackName}_app` : "");

  beforeAll(async () => {
    world = await startBackupWorld("mariadb");
    await world.sql("CREATE TABLE note (id INT PRIMARY KEY); INSERT INTO note VALUES (1), (2), (41)");
    backupId = await takePoint(world);
  }, 240_000);
  afterAll(() => world?.close());

  const setSmoke = async (smoke: object | null) => {
    const verification = { restoreEach: true, cron: null, randomOlder: false, smoke };
    await db().backupPolicy.update({ where: { id: world.policyId }, data: { verification } });
  };

  test("what was taken is proven, in limits and without a network", async () => {
    const t = world.context();
    const seen: unknown[] = [];
    const watch = {
      ...t.ctx.ledger,
      record: async () => void seen.push(await findContainer(scratchName(t.ctx), soon())),
    };
    const ctx = { ...t.ctx, ledger: watch };
    await backupsVerify.apply({ policy: world.input.policy, which: { backupId } }, ctx);
    expect(await readPoint(backupId)).toMatchObject({ state: "verified", proven: "counts" });
    expect(seen[0]).toMatchObject({
      HostConfig: {
        NetworkMode: "none",
        Memory: 1_073_741_824,
        NanoCpus: 1e9,
        PidsLimit: 512,
        CapDrop: ["ALL"],
        Tmpfs: { "/var/lib/mysql": expect.stringContaining("size=536870912") },
      },
    });
    expect(await listLeft(t)).toEqual([]);
    expect(t.lines.join("\n")).not.toContain("pw-services");
    expect(await backupsVerify.verify({ policy: "database", which: { backupId } }, t.ctx)).toMatchObject({ ok: true });
  });

  test("the service's own app answers on the restored database, with its secrets and nobody else in reach", async () => {
    await setSmoke({ kind: "http", path: "/cgi-bin/about", port: 8080, status: 200 });
    const t = world.context();
    expect(await verifyPoint(world, backupId, t)).toMatchObject({ proven: "smoke", stopped: null });
    expect(await listLeft(t)).toEqual([]);
    const service = await findService(appName(), soon());
    if (!service) throw new Error("no app");
    // An app that says 200 only where everything is as it is told: the password, the name of the database, and no way out.
    const page = [
      "pass=$(cat /run/secrets/db_pass); case $pass in pw-services*) ;; *) fail=1 ;; esac",
      'grep -q "^127.0.0.1.db$" /etc/hosts || fail=2',
      "nc -w 2 127.0.0.1 3306 </dev/null | grep -q MariaDB || fail=3",
      'test "$(ls /sys/class/net)" = lo || fail=4',
      'test "$DATABASE_HOST" = db || fail=5',
      'if [ -z "$fail" ]; then printf "Status: 200 OK\\r\\n\\r\\n"; else printf "Status: 50$fail No\\r\\n\\r\\n"; fi',
    ].join("\n");
    const script = `mkdir -p /tmp/w/cgi-bin; printf '%s\\n' '#!/bin/sh' "$PAGE" >/tmp/w/cgi-bin/ok; chmod 755 /tmp/w/cgi-bin/ok; exec httpd -f -p 8080 -h /tmp/w`;
    const container = service.Spec.TaskTemplate.ContainerSpec ?? { Image: "" };
    const env = [...((container.Env as string[] | undefined) ?? []), `PAGE=${page}`];
    const changed = {
      ...service.Spec,
      TaskTemplate: {
        ...service.Spec.TaskTemplate,
        ContainerSpec: { ...container, Command: ["sh", "-c", script], Args: [], Env: env },
      },
    };
    await updateService(service, changed as unknown as ServiceSpec, soon());
    await setSmoke({ kind: "http", path: "/cgi-bin/ok", port: 8080, status: 200 });
    expect(await verifyPoint(world, backupId)).toMatchObject({ proven: "smoke" });
    await setSmoke({ kind: "http", path: "/cgi-bin/ok", port: 8080, status: 204 });
    await expect(verifyPoint(world, backupId)).rejects.toMatchObject({
      code: "backups.disproved",
      message: expect.stringContaining("answered 200 instead of 204"),
    });
    expect(await readPoint(backupId)).toMatchObject({ state: "verified", proven: "counts" });
    await setSmoke(null);
  });

  test("what an earlier proof left is taken away by the next, and nothing of a proof that runs", async () => {
    const gone = world.context();
    const other = world.context();
    const image = world.image;
    for (const { ctx } of [gone, other])
      await startScratch(
        { name: scratchName(ctx), image, env: {}, labels: scratchLabels(ctx), entrypoint: ["sleep"], command: ["600"] },
        soon(),
      );
    await createMemoryVolume(
      { name: scratchName(gone.ctx, "secrets"), sizeBytes: 4096, labels: scratchLabels(gone.ctx) },
      soon(),
    );
    const run = await db().run.create({
      data: {
        ...{
          mode: "apply",
          checklistKey: "x",
          checklistVersion: 1,
          title: "x",
          state: "running",
        },
        startKey: `x-${other.ctx.step.id}`,
        steps: {
          create: {
            ...{ id: other.ctx.step.id, key: "x", position: 1, name: "backups.verify", title: "x" },
            ...{ queue: "backups", input: {}, state: "running" },
          },
        },
      } as never,
    });
    expect(run.id).toBeGreaterThan(0);
    await verifyPoint(world, backupId);
    expect(await listLeft(gone)).toEqual([]);
    expect(await listLeft(other)).toEqual([scratchName(other.ctx)]);
    await db().step.updateMany({ where: { id: other.ctx.step.id }, data: { state: "failed" } });
    await verifyPoint(world, backupId);
    expect(await listLeft(other)).toEqual([]);
  });

  test("a cancelled proof ends at once, leaves nothing and says nothing", async () => {
    const before = await readPoint(backupId);
    const t = world.context();
    const proving = verifyPoint(world, backupId, t);
    await expect.poll(() => listLeft(t)).toHaveLength(1);
    t.abort(new Error("cancelled by Robin"));
    await expect(proving).rejects.toThrow("cancelled by Robin");
    expect(await listLeft(t)).toEqual([]);
    expect(await readPoint(backupId)).toEqual(before);
  });

  test("a worker that dies anywhere leaves a next try to prove it, and nothing besides", async () => {
    const t = world.context();
    for (let dieAt = 1; ; dieAt++) {
      let calls = 0;
      const attempt = t.next({
        onCall: () => {
          calls += 1;
          if (calls < dieAt) return;
          attempt.abort(new Error("killed"));
          throw new Error("killed");
        },
      });
      const done = await verifyPoint(world, backupId, attempt).then(
        () => true,
        () => false,
      );
      if (done) break;
      if (dieAt > 30) throw new Error("never got through");
    }
    expect(await listLeft(t)).toEqual([]);
    expect(await readPoint(backupId)).toMatchObject({ state: "verified", proven: "counts" });
  });

  test("the panel's own backup is proven in a server of the kind its database is", async () => {
    const policyId = await createPolicyRow({ service: null, source: { kind: "panel" }, name: "panel" });
    const panel = () => world.context({ service: null });
    const output = (await backupsTake.apply({ policy: "panel", trigger: "person" }, panel().ctx)) as TakeBackupOutput;
    const t = panel();
    const which = { backupId: output.backupId };
    expect(await backupsVerify.apply({ policy: "panel", which }, t.ctx)).toMatchObject({ proven: "counts" });
    expect(await listLeft(t)).toEqual([]);
    // And answers a query, as a service's does.
    const smoke = { kind: "query", sql: "SELECT name FROM BackupPolicy WHERE kind = 'panel'", expect: "panel" };
    const verification = { restoreEach: true, cron: null, randomOlder: false, smoke };
    await db().backupPolicy.update({ where: { id: policyId }, data: { verification } });
    expect(await backupsVerify.apply({ policy: "panel", which }, panel().ctx)).toMatchObject({ proven: "smoke" });
  });

  test("what is encrypted is proven with the panel's identity, and only compared without one", async () => {
    const identity = await generateIdentity();
    await world.setPolicy({ recipients: [await identityToRecipient(identity)] });
    const encrypted = await takePoint(world);
    const t = world.context();
    const output = await verifyPoint(world, encrypted, t);
    expect(output.stopped).toContain("BACKUP_AGE_IDENTITY");
    expect(["hash", "decode"]).toContain(output.proven);
    expect(await readPoint(encrypted)).toMatchObject({ state: "stored" });
    // Where the data goes afterwards that is not enough, and is said before anything is stopped.
    const must = { policy: world.input.policy, which: { backupId: encrypted }, mustProve: true };
    const unproven = { code: "backups.unproven", advice: expect.stringContaining("need not be proven") };
    await expect(backupsVerify.plan(must, t.next().ctx)).rejects.toMatchObject({ ...unproven, retry: "permanent" });
    await expect(backupsVerify.apply(must, world.context().ctx)).rejects.toMatchObject({
      ...{ ...unproven, retry: "needs_person" },
      message: expect.stringContaining("BACKUP_AGE_IDENTITY"),
    });
    overrideConfig({ BACKUPS_ROOT: world.root, BACKUP_AGE_IDENTITY: await generateIdentity() });
    await expect(verifyPoint(world, encrypted)).rejects.toMatchObject({ code: "age.wrong_identity" });
    expect(await readPoint(encrypted)).toMatchObject({ state: "stored" });
    overrideConfig({ BACKUPS_ROOT: world.root, BACKUP_AGE_IDENTITY: identity });
    expect((await backupsVerify.plan(must, world.context().ctx)).changes).toHaveLength(1);
    expect(await backupsVerify.apply(must, world.context().ctx)).toMatchObject({ proven: "counts", stopped: null });
    expect(t.lines.join("\n")).not.toContain("AGE-SECRET-KEY");
    overrideConfig({ BACKUPS_ROOT: world.root });
  });
});
