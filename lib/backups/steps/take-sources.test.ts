import { execFileSync } from "node:child_process";
import { createHash, randomBytes } from "node:crypto";
import { mkdirSync, mkdtempSync, readFileSync, symlinkSync, truncateSync, writeFileSync } from "node:fs";
import { tmpdir } from "node:os";
import { join } from "node:path";
import { Upload } from "@aws-sdk/lib-storage";
import { afterAll, beforeAll, describe, expect, test } from "vitest";
import { listContainerNames } from "#lib/integrations/docker/containers.ts";
import { runExec } from "#lib/integrations/docker/exec.ts";
import { listServices } from "#lib/integrations/docker/services.ts";
import { PARTS } from "#lib/integrations/s3/put-object.ts";
import { overrideConfig } from "#lib/platform/config/config.ts";
import { db } from "#lib/platform/db/client.ts";
import type { TestContext } from "#lib/steps/testing/context.ts";
import { runToEnd } from "../dump/place.ts";
import { findEngine } from "../engines/registry.ts";
import { SCRATCH_LABEL } from "../prove/scratch-container.ts";
import { findBackupRow } from "../queries/find-backup.ts";
import { openPlace } from "../sources/open-place.ts";
import { readManifestOf } from "../testing/by-hand.ts";
import { addTarget } from "../testing/targets.ts";
import { type BackupWorld, createPolicyRow, startBackupWorld } from "../testing.ts";
import { backupsTake, type TakeBackupOutput } from "./take.ts";

const signal = () => AbortSignal.timeout(30_000);
const take = (world: BackupWorld, t: TestContext, policy = world.input.policy) =>
  backupsTake.apply({ ...world.input, policy }, t.ctx) as Promise<TakeBackupOutput>;
const unpack = (path: string) => execFileSync("zstd", ["-dc", path], { maxBuffer: 1e9 });
const helpersOf = (t: TestContext) => listContainerNames([`${SCRATCH_LABEL}=${t.ctx.step.id}`], signal());

describe("folders", () => {
  let world: BackupWorld;
  beforeAll(async () => {
    world = await startBackupWorld("files");
    mkdirSync(join(world.folder, "photos"), { mode: 0o700 });
    writeFileSync(join(world.folder, "photos/a.jpg"), Buffer.alloc(300_000, 7), { mode: 0o600 });
    writeFileSync(join(world.folder, "b \\ odd\nname"), "b");
    writeFileSync(join(world.folder, "empty"), "");
    writeFileSync(join(world.folder, "sparse"), "");
    truncateSync(join(world.folder, "sparse"), 50_000_000);
    symlinkSync("empty", join(world.folder, "link"));
    mkdirSync(join(world.folder, "cache"));
    writeFileSync(join(world.folder, "cache/left-out"), "x");
    await world.setPolicy({ source: { path: world.folder, exclude: ["./cache"] } });
  });
  afterAll(() => world?.close());

  test("far larger than the time before go up in larger parts when they are tried again", async () => {
    const folder = mkdtempSync(join(tmpdir(), "seaworthy-grown-"));
    writeFileSync(join(folder, "a"), "small");
    const targetId = await addTarget("s3");
    const policy = { name: "grown", source: { kind: "files" as const, path: folder, exclude: [] }, targetId };
    await createPolicyRow({ service: world.service, ...policy });
    await take(world, world.context(), "grown");
    writeFileSync(join(folder, "a"), randomBytes(400_000));
    const usual = { ...PARTS };
    Object.assign(PARTS, { max: 4, leastBytes: 20_000, unknownBytes: 20_000 });
    // The library refuses what Amazon would refuse; the server here takes parts of any size.
    Object.assign(Upload, { MIN_PART_SIZE: 1 });
    try {
      let t = world.context();
      const outgrown = { code: "object_store.outgrown", retry: "retry" };
      await expect(take(world, t, "grown")).rejects.toMatchObject({ ...outgrown, sizeBytes: 80_000 });
      t = t.next();
      await expect(take(world, t, "grown")).rejects.toMatchObject({ ...outgrown, sizeBytes: 240_000 });
      expect((await take(world, t.next(), "grown")).sizeBytes).toBeGreaterThan(400_000);
    } finally {
      Object.assign(PARTS, usual);
    }
  });

  test("become an archive with owners and holes, and a list of hashes that sha256sum takes", async () => {
    const t = world.context();
    const { key, rows, sizeBytes } = await take(world, t);
    expect(sizeBytes).toBeLessThan(200_000);
    const folder = join(world.root, key);
    const list = unpack(join(folder, "list.sha256.zst")).toString();
    const out = mkdtempSync(join(tmpdir(), "seaworthy-out-"));
    execFileSync("tar", ["-xf", "-", "-C", out], { input: unpack(join(folder, "files.tar.zst")), maxBuffer: 1e9 });
    const checked = execFileSync("sha256sum", ["--check", "--strict", "-"], { cwd: out, input: list }).toString();
    expect(checked.trim().split("\n")).toHaveLength(4);
    expect(rows).toBe(4);
    expect(list).toContain("./photos/a.jpg");
    expect(list).not.toContain("left-out");
    expect(Number(execFileSync("stat", ["-c", "%b", join(out, "sparse")]).toString())).toBeLessThan(100);
    expect(readFileSync(join(out, "photos/a.jpg")).length).toBe(300_000);
    expect(readManifestOf(world, key)).toMatchObject({
      engine: "files",
      source: world.folder,
      counts: { files: [4, 4] },
      checksums: { files: createHash("sha256").update(list).digest("hex") },
    });
    expect(await helpersOf(t)).toEqual([]);
  });

  test("a folder that is not there fails in words, and makes none", async () => {
    await world.setPolicy({ source: { path: "/no/such/folder", exclude: [] } });
    await expect(take(world, world.context())).rejects.toMatchObject({ code: "backups.no_folder" });
    expect(() => readFileSync("/no/such/folder")).toThrow();
  });

  test("without an image for helpers it says which setting is missing", async () => {
    await world.setPolicy({ source: { path: world.folder, exclude: [] } });
    overrideConfig({ BACKUPS_ROOT: world.root, BACKUP_HELPER_IMAGE: "" });
    await expect(take(world, world.context())).rejects.toMatchObject({ code: "backups.no_helper_image" });
    overrideConfig({ BACKUPS_ROOT: world.root });
  });
});

describe("Redis", () => {
  let world: BackupWorld;
  beforeAll(async () => {
    world = await startBackupWorld("redis");
    await world.sql("SET greeting hello\nSELECT 3\nSET other 1\nSET another 2");
  });
  afterAll(() => world?.close());

  test("gives a file that a new server starts on", async () => {
    const { key } = await take(world, world.context());
    expect(readManifestOf(world, key)).toMatchObject({ counting: "range", counts: { db0: [1, 1], db3: [2, 2] } });
    const rdb = unpack(join(world.root, key, "dump.rdb.zst"));
    expect(rdb.subarray(0, 5).toString()).toBe("REDIS");
    const folder = mkdtempSync(join(tmpdir(), "seaworthy-rdb-"));
    writeFileSync(join(folder, "dump.rdb"), rdb);
    expect(execFileSync("redis-check-rdb", [join(folder, "dump.rdb")]).toString()).toContain("RDB looks OK");
  });

  test("one that refuses to say what it has fails", async () => {
    await world.sql("CONFIG SET requirepass secret");
    await expect(take(world, world.context())).rejects.toMatchObject({ code: "backups.client_failed" });
  });
});

describe("a database of another node, and the panel", () => {
  let world: BackupWorld;
  beforeAll(async () => {
    world = await startBackupWorld("mariadb");
    await world.sql("CREATE TABLE note (id INT); INSERT INTO note SELECT seq FROM seq_1_to_500");
  });
  afterAll(() => world?.close());

  test("is read by a helper on its network, which goes", async () => {
    const t = world.context();
    const place = await openPlace(world.source, t.ctx, { always: "helper" });
    expect(place.containerId).not.toBe(world.containerId);
    const login = { ...world.login, host: place.host ?? "" };
    const engine = findEngine("mariadb");
    const env = { [engine.passwordVariable]: login.password };
    const said = await runToEnd(place.run, { argv: engine.dumpArgv(login, null), env }, signal());
    expect(said.stderr).toBe("");
    expect(said.stdout).toMatch(/-- Dump completed/);
    await place.close();
    expect(await listServices([`${SCRATCH_LABEL}=${t.ctx.step.id}`], signal())).toEqual([]);
  });

  test("what a killed worker left of a helper goes with the next one", async () => {
    const t = world.context();
    await openPlace(world.source, t.ctx, { always: "helper" });
    const place = await openPlace(world.source, t.next().ctx, { always: "helper" });
    expect(await listServices([`${SCRATCH_LABEL}=${t.ctx.step.id}`], signal())).toHaveLength(1);
    await place.close();
  });

  test("the panel backs itself up, its keys only where nobody else can read them", async () => {
    await createPolicyRow({ service: null, source: { kind: "panel" }, name: "panel" });
    const t = world.context({ service: null });
    const { key } = await take(world, t, "panel");
    expect(key).toMatch(/^_panel\/production\/panel\//);
    expect(readManifestOf(world, key).parts.map(({ name }) => name)).toEqual(["database"]);
    expect(unpack(join(world.root, key, "database.sql.zst")).toString()).toContain("CREATE TABLE `BackupPolicy`");
    expect(t.lines.join("\n")).toContain("ENCRYPTION_KEYS");

    const identity = execFileSync("age-keygen", { stdio: ["ignore", "pipe", "ignore"] }).toString();
    await createPolicyRow({ service: null, source: { kind: "panel" }, name: "sealed" }).then((id) =>
      world.setPolicyOf(id, { recipients: [/age1[0-9a-z]+/.exec(identity)?.[0] ?? ""] }),
    );
    const sealed = await take(world, world.context({ service: null }), "sealed");
    const keys = execFileSync("age", ["-d", "-i", "-", join(world.root, sealed.key, "keys.json.age")], {
      input: identity,
    });
    expect(JSON.parse(keys.toString())).toHaveProperty("ENCRYPTION_KEYS");
  });

  test("while Docker does not answer, the panel is backed up all the same; a database fails with a row that says why", async () => {
    await createPolicyRow({ service: null, source: { kind: "panel" }, name: "alone" });
    overrideConfig({ BACKUPS_ROOT: world.root, DOCKER_HOST: "tcp://127.0.0.1:1" });
    const t = world.context();
    const panel = world.context({ service: null });
    try {
      await expect(take(world, t)).rejects.toMatchObject({ code: "docker.unreachable", retry: "retry" });
      await take(world, panel, "alone");
    } finally {
      overrideConfig({ BACKUPS_ROOT: world.root });
    }
    const rowOf = ({ ctx }: TestContext) => db().backup.findFirstOrThrow({ where: { stepId: ctx.step.id } });
    expect(await rowOf(t)).toMatchObject({ state: "failed", error: expect.stringContaining("Docker Engine did not") });
    expect(await rowOf(panel)).toMatchObject({ state: "stored", error: null });
    expect(panel.lines.join("\n")).toContain("w What earlier tries left could not be looked for: The Docker Engine");
  });

  test("MongoDB's programs are called as its documentation says, and a cut archive is found out", async () => {
    // Stand-ins of four lines that say what they were given: what ran for real is in mongodb.test.ts.
    const script = (name: string, body: string) =>
      runExec(
        world.containerId,
        {
          argv: ["sh", "-c", `cat >/usr/local/bin/${name} && chmod 755 /usr/local/bin/${name}`],
          input: `#!/bin/sh\n${body}\n`,
        },
        signal(),
      );
    await script("mongosh", "printf 'count\\tnotes.note\\t7\\n'");
    const dump = (end: string) =>
      script("mongodump", `echo "$@" >&2; cat "\${1#--config=}" >&2; printf '\\155\\342\\231\\201data${end}'`);
    const { stackName, swarmService } = world.source as { stackName: string; swarmService: string };
    await createPolicyRow({
      service: world.service,
      name: "documents",
      source: {
        ...{ kind: "mongodb", stackName, swarmService, databaseName: "notes", userName: "root", oplog: false },
        passwordSecret: (world.source as { passwordSecret: string }).passwordSecret,
      },
    });
    await dump("");
    await expect(take(world, world.context(), "documents")).rejects.toThrow(/last line/);
    await dump("\\377\\377\\377\\377");
    const t = world.context();
    const output = await take(world, t, "documents");
    expect(readManifestOf(world, output.key)).toMatchObject({ counts: { "notes.note": [7, 7] }, counting: "range" });
    const said = t.lines.join("\n");
    expect(said).toMatch(
      /--config=\/dev\/fd\/3 --host=127\.0\.0\.1 --username=root --authenticationDatabase=admin --archive --db=notes/,
    );
    expect(said).toContain("password: ");
    expect(said).not.toContain("pw-services");
    expect((await findBackupRow(output.backupId))?.state).toBe("stored");
  });
});
