import { mkdirSync, symlinkSync, writeFileSync } from "node:fs";
import { join } from "node:path";
import { generateIdentity, identityToRecipient } from "age-encryption";
import { afterAll, beforeAll, describe, expect, test } from "vitest";
import { findContainer, listContainerNames, startScratch } from "#lib/integrations/docker/containers.ts";
import { findService, type ServiceSpec, updateService } from "#lib/integrations/docker/services.ts";
import { createMemoryVolume, listVolumeNames } from "#lib/integrations/docker/volumes.ts";
import { overrideConfig } from "#lib/platform/config/config.ts";
import { db } from "#lib/platform/db/client.ts";
import type { TestContext } from "#lib/steps/testing/context.ts";
import { SCRATCH_LABEL, scratchLabels, scratchName } from "../prove/scratch-container.ts";
import { tamper } from "../prove/testing.ts";
import { type BackupWorld, createPolicyRow, startBackupWorld } from "../testing.ts";
import { backupsTake, type TakeBackupOutput } from "./take.ts";
import { backupsVerify, type VerifyBackupOutput } from "./verify.ts";

const soon = () => AbortSignal.timeout(60_000);

async function take(world: BackupWorld): Promise<string> {
  const output = (await backupsTake.apply(world.input, world.context().ctx)) as TakeBackupOutput;
  return output.backupId;
}

const verify = (world: BackupWorld, backupId: string, test: TestContext = world.context()) =>
  backupsVerify.apply({ policy: world.input.policy, which: { backupId } }, test.ctx) as Promise<VerifyBackupOutput>;

const rowOf = (id: string) =>
  db().backup.findUniqueOrThrow({ where: { id }, include: { verifications: { orderBy: { createdAt: "asc" } } } });

/** Everything throw-away of one step. */
async function leftOf({ ctx }: TestContext): Promise<string[]> {
  const labels = [`${SCRATCH_LABEL}=${ctx.step.id}`];
  return [...(await listContainerNames(labels, soon())), ...(await listVolumeNames(labels, soon()))];
}

describe("a backup of MariaDB in a stack", { timeout: 240_000 }, () => {
  let world: BackupWorld;
  let backupId: string;
  const appName = () => ("stackName" in world.source ? `${world.source.stackName}_app` : "");

  beforeAll(async () => {
    world = await startBackupWorld("mariadb");
    await world.sql("CREATE TABLE note (id INT PRIMARY KEY); INSERT INTO note VALUES (1), (2), (41)");
    backupId = await take(world);
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
    expect(await rowOf(backupId)).toMatchObject({ state: "verified", proven: "counts" });
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
    expect(await leftOf(t)).toEqual([]);
    expect(t.lines.join("\n")).not.toContain("pw-services");
    expect(await backupsVerify.verify({ policy: "database", which: { backupId } }, t.ctx)).toMatchObject({ ok: true });
  });

  test("the service's own app answers on the restored database, with its secrets and nobody else in reach", async () => {
    await setSmoke({ kind: "http", path: "/cgi-bin/about", port: 8080, status: 200 });
    const t = world.context();
    expect(await verify(world, backupId, t)).toMatchObject({ proven: "smoke", stopped: null });
    expect(await leftOf(t)).toEqual([]);
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
    expect(await verify(world, backupId)).toMatchObject({ proven: "smoke" });
    await setSmoke({ kind: "http", path: "/cgi-bin/ok", port: 8080, status: 204 });
    await expect(verify(world, backupId)).rejects.toMatchObject({
      code: "backups.disproved",
      message: expect.stringContaining("answered 200 instead of 204"),
    });
    expect(await rowOf(backupId)).toMatchObject({ state: "verified", proven: "counts" });
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
    await verify(world, backupId);
    expect(await leftOf(gone)).toEqual([]);
    expect(await leftOf(other)).toEqual([scratchName(other.ctx)]);
    await db().step.updateMany({ where: { id: other.ctx.step.id }, data: { state: "failed" } });
    await verify(world, backupId);
    expect(await leftOf(other)).toEqual([]);
  });

  test("a cancelled proof ends at once, leaves nothing and says nothing", async () => {
    const before = await rowOf(backupId);
    const t = world.context();
    const proving = verify(world, backupId, t);
    await expect.poll(() => leftOf(t), { timeout: 30_000 }).toHaveLength(1);
    t.abort(new Error("cancelled by Robin"));
    await expect(proving).rejects.toThrow("cancelled by Robin");
    expect(await leftOf(t)).toEqual([]);
    expect(await rowOf(backupId)).toEqual(before);
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
      const done = await verify(world, backupId, attempt).then(
        () => true,
        () => false,
      );
      if (done) break;
      if (dieAt > 30) throw new Error("never got through");
    }
    expect(await leftOf(t)).toEqual([]);
    expect(await rowOf(backupId)).toMatchObject({ state: "verified", proven: "counts" });
  });

  test("the panel's own backup is proven in a server of the kind its database is", async () => {
    await createPolicyRow({ service: null, source: { kind: "panel" }, name: "panel" });
    const panel = () => world.context({ service: null });
    const output = (await backupsTake.apply({ policy: "panel", trigger: "person" }, panel().ctx)) as TakeBackupOutput;
    const t = panel();
    const which = { backupId: output.backupId };
    expect(await backupsVerify.apply({ policy: "panel", which }, t.ctx)).toMatchObject({ proven: "counts" });
    expect(await leftOf(t)).toEqual([]);
  });

  test("what is encrypted is proven with the panel's identity, and only compared without one", async () => {
    const identity = await generateIdentity();
    await world.setPolicy({ recipients: [await identityToRecipient(identity)] });
    const encrypted = await take(world);
    const t = world.context();
    const output = await verify(world, encrypted, t);
    expect(output.stopped).toContain("BACKUP_AGE_IDENTITY");
    expect(["hash", "decode"]).toContain(output.proven);
    expect(await rowOf(encrypted)).toMatchObject({ state: "stored" });
    overrideConfig({ BACKUPS_ROOT: world.root, BACKUP_AGE_IDENTITY: await generateIdentity() });
    await expect(verify(world, encrypted)).rejects.toMatchObject({ code: "age.wrong_identity" });
    expect(await rowOf(encrypted)).toMatchObject({ state: "stored" });
    overrideConfig({ BACKUPS_ROOT: world.root, BACKUP_AGE_IDENTITY: identity });
    expect(await verify(world, encrypted)).toMatchObject({ proven: "counts", stopped: null });
    expect(t.lines.join("\n")).not.toContain("AGE-SECRET-KEY");
    overrideConfig({ BACKUPS_ROOT: world.root });
  });
});

describe("a backup of Redis", { timeout: 120_000 }, () => {
  let world: BackupWorld;
  beforeAll(async () => {
    world = await startBackupWorld("redis");
    await world.sql("SET a 1\nSET b 2\nSELECT 3\nRPUSH list x y z\n");
  }, 240_000);
  afterAll(() => world?.close());

  test("is loaded by a server of its image, and its keys are counted; another number is found", async () => {
    const backupId = await take(world);
    const t = world.context();
    expect(await verify(world, backupId, t)).toMatchObject({ proven: "counts" });
    expect((await rowOf(backupId)).verifications.at(-1)?.report).toMatchObject({ keys: 3, databases: 2 });
    expect(await leftOf(t)).toEqual([]);
    const row = await rowOf(backupId);
    const manifest = row.manifest as { counts: object };
    const changed = { ...manifest, counts: { ...manifest.counts, db0: [3, 3] } };
    await db().backup.update({ where: { id: backupId }, data: { manifest: changed } });
    writeFileSync(join(world.root, row.key, "manifest.json"), JSON.stringify(changed));
    await expect(verify(world, backupId)).rejects.toMatchObject({ detail: "db0 has 2 keys instead of 3" });
    expect(await rowOf(backupId)).toMatchObject({ state: "failed", proven: "restore" });
  });

  test("a byte that changed before it was hashed is found by the server, a cut file by its end", async () => {
    const flipped = await take(world);
    await tamper(world.root, flipped, "dump", (raw) => {
      const at = raw.indexOf("list");
      raw.writeUInt8(raw.readUInt8(at) ^ 1, at);
      return raw;
    });
    await expect(verify(world, flipped)).rejects.toMatchObject({ code: "backups.disproved", level: "restore" });
    const cut = await take(world);
    await tamper(world.root, cut, "dump", (raw) => raw.subarray(0, raw.length - 20));
    await expect(verify(world, cut)).rejects.toMatchObject({ code: "backups.disproved", level: "decode" });
  });
});

describe("a backup of a folder", { timeout: 120_000 }, () => {
  let world: BackupWorld;
  beforeAll(async () => {
    world = await startBackupWorld("files");
    mkdirSync(join(world.folder, "deep/er"), { recursive: true });
    writeFileSync(join(world.folder, "plain.txt"), "plain");
    writeFileSync(join(world.folder, "deep/er/Grüße & 'quotes' \"x\".txt"), "odd");
    writeFileSync(join(world.folder, "deep/back\\slash\nline"), "odder");
    writeFileSync(join(world.folder, "empty"), "");
    writeFileSync(join(world.folder, "large.bin"), Buffer.alloc(3_000_000, 7));
    symlinkSync("plain.txt", join(world.folder, "link"));
  }, 120_000);
  afterAll(() => world?.close());

  test.each(["zstd", "lrzip"])("compressed with %s it is unpacked and compared file by file", async (compression) => {
    await world.setPolicy({ compression });
    const backupId = await take(world);
    const t = world.context();
    expect(await verify(world, backupId, t)).toMatchObject({ proven: "counts", stopped: null });
    expect((await rowOf(backupId)).verifications.at(-1)?.report).toMatchObject({ files: 5, differences: [] });
    expect(await leftOf(t)).toEqual([]);
  });

  test("a file that changed, another list and a cut archive are found", async () => {
    await world.setPolicy({ compression: "zstd" });
    const changed = await take(world);
    await tamper(world.root, changed, "files", (raw) => {
      raw.writeUInt8(8, raw.indexOf(Buffer.alloc(1_000, 7)) + 500);
      return raw;
    });
    await expect(verify(world, changed)).rejects.toMatchObject({
      level: "counts",
      detail: "./large.bin has other content",
    });
    expect(await rowOf(changed)).toMatchObject({ state: "failed", proven: "restore" });
    const listed = await take(world);
    await tamper(world.root, listed, "list", (raw) =>
      Buffer.concat([raw, Buffer.from(`${"0".repeat(64)}  ./extra\n`)]),
    );
    const error = await verify(world, listed).catch((reason: unknown) => reason as Error & { detail: string });
    expect(error).toMatchObject({ level: "counts", detail: expect.stringContaining("./extra is missing") });
    const cut = await take(world);
    await tamper(world.root, cut, "files", (raw) => raw.subarray(0, 1_000_000));
    await expect(verify(world, cut)).rejects.toMatchObject({ level: "restore" });
  });

  test("without an image to unpack it in, it says so and stops at what it can show", async () => {
    const backupId = await take(world);
    overrideConfig({ BACKUPS_ROOT: world.root, BACKUP_HELPER_IMAGE: "" });
    expect(await verify(world, backupId)).toMatchObject({
      proven: "decode",
      stopped: expect.stringContaining("BACKUP_HELPER_IMAGE"),
    });
    overrideConfig({ BACKUPS_ROOT: world.root });
  });
});
