import { randomUUID } from "node:crypto";
import { mkdtempSync, writeFileSync } from "node:fs";
import { tmpdir } from "node:os";
import { join } from "node:path";
import { afterAll, afterEach, beforeAll, describe, expect, test, vi } from "vitest";
import { listContainerNames } from "#lib/integrations/docker/containers.ts";
import type { DockerService, DockerTask } from "#lib/integrations/docker/schema.ts";
import { createService, listTasks, removeService } from "#lib/integrations/docker/services.ts";
import { config } from "#lib/platform/config/config.ts";
import { db } from "#lib/platform/db/client.ts";
import { until } from "#lib/runs/testing/stage.ts";
import { refusalOf } from "#lib/services/testing/actors.ts";

/** As which node the worker's engine describes itself; null: as what it is. The swarm has but one, and perhaps seems to have two. */
const fake = vi.hoisted(() => ({ nodeId: null as string | null, hasTwo: false }));
vi.mock("#lib/integrations/docker/swarm.ts", async (importActual) => {
  const actual = await importActual<typeof import("#lib/integrations/docker/swarm.ts")>();
  const second = {
    ID: "another",
    Spec: { Role: "worker" },
    Description: { Hostname: "another" },
    Status: { State: "ready" },
  };
  return {
    ...actual,
    readOwnNodeId: async (signal: AbortSignal) => fake.nodeId ?? actual.readOwnNodeId(signal),
    listNodes: async (signal: AbortSignal) => [...(await actual.listNodes(signal)), ...(fake.hasTwo ? [second] : [])],
  };
});

const { listNodes, readOwnNodeId, removeVolume } = await import("#lib/integrations/docker/swarm.ts");
const { SCRATCH_LABEL } = await import("../prove/scratch-container.ts");
const { backupsTake } = await import("../steps/take.ts");
const { createPolicyRow, startBackupWorld } = await import("../testing.ts");
const { backupsCheck } = await import("../steps/check.ts");
const { findLastNodesOf, findNodesOf, isSharedKind } = await import("./find-elsewhere.ts");
type World = Awaited<ReturnType<typeof startBackupWorld>>;

const signal = () => AbortSignal.timeout(60_000);

describe("what runs with a folder mounted", () => {
  const task = (NodeID: string, mount: object, more: Partial<DockerTask> = {}) =>
    ({
      ...{ NodeID, DesiredState: "running" },
      Spec: { ContainerSpec: { Image: "", Mounts: [{ Type: "bind", ...mount }] } },
      ...more,
    }) as DockerTask;
  const nodesOf = (tasks: DockerTask[]) => [...findNodesOf(tasks, { kind: "bind", source: "/srv/wiki" })];

  test("has it, a part of it, or a folder around it where it may write", () => {
    const tasks = [
      task("it", { Source: "/srv/wiki/" }),
      task("part", { Source: "/srv/wiki/uploads", ReadOnly: true }),
      task("around", { Source: "/srv" }),
      task("reader", { Source: "/srv", ReadOnly: true }),
      task("everything", { Source: "/" }),
      task("beside", { Source: "/srv/wiki-old" }),
      task("volume", { Type: "volume", Source: "/srv/wiki" }),
    ];
    expect(nodesOf(tasks)).toEqual(["it", "part", "around"]);
  });

  test("counts while it is to run and knows where", () => {
    const mount = { Source: "/srv/wiki" };
    expect(nodesOf([task("old", mount, { DesiredState: "shutdown" }), task("", mount)])).toEqual([]);
    const none = { NodeID: "none", DesiredState: "running", Spec: { ContainerSpec: { Mounts: null } } };
    expect(nodesOf([none as unknown as DockerTask])).toEqual([]);
  });
});

describe("what ran with a folder mounted", () => {
  const task = (NodeID: string, minute: number, more: Partial<DockerTask> = {}) =>
    ({
      ...{ NodeID, ServiceID: "app", Slot: 1, CreatedAt: `2026-03-01T10:${minute}:00Z`, DesiredState: "shutdown" },
      Spec: { ContainerSpec: { Image: "", Mounts: [{ Type: "bind", Source: "/srv/wiki" }] } },
      ...more,
    }) as DockerTask;
  const service = (ID: string, Replicas: number) =>
    ({ ID, Spec: { Mode: { Replicated: { Replicas } } } }) as unknown as DockerService;
  const services = [service("app", 2), service("job", 1), service("stopped", 0)];
  const lastOf = (tasks: DockerTask[]) => [...findLastNodesOf(tasks, services, { kind: "bind", source: "/srv/wiki" })];

  test("ran last where its newest task of each slot was, wherever others were before", () => {
    expect(lastOf([task("new", 40), task("old", 20), task("", 50)])).toEqual(["new"]);
    expect(lastOf([task("one", 20), task("two", 30, { Slot: 2 })])).toEqual(["one", "two"]);
    expect(lastOf([task("job", 20, { ServiceID: "job" }), task("new", 40)])).toEqual(["new"]);
    expect(lastOf([task("beside", 40, { Spec: { ContainerSpec: { Image: "" } } })])).toEqual([]);
  });

  test("says nothing once it is scaled to 0 or removed: its newest tasks are forgotten", () => {
    expect(lastOf([task("old", 20, { ServiceID: "stopped" }), task("gone", 30, { ServiceID: "gone" })])).toEqual([]);
  });
});

test.each([
  ["nfs", true],
  ["smb2", true],
  ["fuseblk", true],
  ["ext2/ext3", false],
  ["xfs", false],
  ["overlayfs", false],
  ["", false],
])("storage of the kind %j is the same on every node: %s", (kind, expected) => {
  expect(isSharedKind(`${kind}\n`)).toBe(expected);
});

describe("a folder and a volume that something has mounted", () => {
  const volumeName = `t-${randomUUID().slice(0, 8)}_files`;
  const serviceName = `t-${randomUUID().slice(0, 8)}`;
  let world: World;
  let hostname: string;

  beforeAll(async () => {
    world = await startBackupWorld("files");
    writeFileSync(join(world.folder, "a"), "a");
    await createPolicyRow({
      ...{ service: world.service, name: "volume" },
      source: { kind: "volume", volumeName, exclude: [] },
    });
    await createService(
      {
        Name: serviceName,
        Labels: {},
        TaskTemplate: {
          ContainerSpec: {
            Image: config().BACKUP_HELPER_IMAGE,
            Command: ["tail", "-f", "/dev/null"],
            Init: true,
            Mounts: [
              { Type: "bind", Source: world.folder, Target: "/folder" },
              { Type: "volume", Source: volumeName, Target: "/volume" },
            ],
          },
        },
        Mode: { Replicated: { Replicas: 1 } },
      },
      signal(),
    );
    const isRunning = async () =>
      (await listTasks({ service: [serviceName] }, signal())).some(({ Status }) => Status.State === "running");
    await until("the service to run", isRunning);
    const own = await readOwnNodeId(signal());
    hostname = (await listNodes(signal())).find(({ ID }) => ID === own)?.Description.Hostname ?? "";
  });
  afterEach(() => {
    fake.nodeId = null;
    fake.hasTwo = false;
  });
  afterAll(async () => {
    await removeService(serviceName, signal());
    const removed = () =>
      removeVolume(volumeName, signal()).then(
        () => true,
        () => false,
      );
    await until("the volume to be free", removed);
    await world?.close();
  });

  const take = (policy: string, t = world.context()) => backupsTake.apply({ ...world.input, policy }, t.ctx);

  test.each(["files", "volume"])("on the worker's own node is backed up: %s", async (policy) => {
    expect(await take(policy)).toMatchObject({ rows: policy === "files" ? 1 : 0 });
  });

  test.each(["files", "volume"])(
    "on another node is not taken for what lies here under its name: %s",
    async (policy) => {
      fake.nodeId = "another";
      const t = world.context();
      const refusal = await refusalOf(take(policy, t));
      expect(refusal).toMatchObject({ code: "backups.on_another_host", retry: "needs_person" });
      expect(refusal.message).toContain(`runs on ${hostname}; backups are read on another`);
      expect(await db().backup.findFirst({ where: { stepId: t.ctx.step.id } })).toMatchObject({ state: "failed" });
      expect(await listContainerNames([`${SCRATCH_LABEL}=${t.ctx.step.id}`], signal())).toEqual([]);
    },
  );

  test("is named where it is used when there is none of it here", async () => {
    fake.nodeId = "another";
    const policy = { service: world.service, name: "gone" };
    const source = { kind: "files" as const, path: `${world.folder}/none`, exclude: [] };
    await createPolicyRow({ ...policy, source });
    expect(await refusalOf(take("gone"))).toMatchObject({ code: "backups.on_another_host" });
  });

  test("that nothing runs with is read here, and one without a file in it says so", async () => {
    fake.nodeId = "another";
    const path = mkdtempSync(join(tmpdir(), "seaworthy-alone-"));
    await createPolicyRow({ service: world.service, name: "alone", source: { kind: "files", path, exclude: [] } });
    const t = world.context();
    expect(await take("alone", t)).toMatchObject({ rows: 0 });
    expect(t.lines.join("\n")).toContain("w There is no file in it.");
  });

  test("that nothing runs with any more is not taken from another node than where it last ran", async () => {
    const name = `t-${randomUUID().slice(0, 8)}`;
    const path = mkdtempSync(join(tmpdir(), "seaworthy-ended-"));
    await createPolicyRow({ service: world.service, name: "ended", source: { kind: "files", path, exclude: [] } });
    await createService(
      {
        ...{ Name: name, Labels: {}, Mode: { Replicated: { Replicas: 1 } } },
        TaskTemplate: {
          ContainerSpec: {
            ...{ Image: config().BACKUP_HELPER_IMAGE, Command: ["true"] },
            Mounts: [{ Type: "bind", Source: path, Target: "/folder" }],
          },
          RestartPolicy: { Condition: "none" },
        },
      },
      signal(),
    );
    try {
      const hasEnded = async () =>
        (await listTasks({ service: [name] }, signal())).some(({ Status }) => Status.State === "complete");
      await until("the service to end", hasEnded);
      fake.hasTwo = true;
      expect(await take("ended")).toMatchObject({ rows: 0 });
      fake.nodeId = "another";
      const refusal = await refusalOf(take("ended"));
      expect(refusal).toMatchObject({ code: "backups.on_another_host", retry: "needs_person" });
      expect(refusal.message).toContain(`last ran on ${hostname}`);
    } finally {
      await removeService(name, signal());
    }
  });

  test("of which nobody knows where it last ran is read with a warning, unless the run looked before it stopped it", async () => {
    fake.hasTwo = true;
    const path = mkdtempSync(join(tmpdir(), "seaworthy-unknown-"));
    await createPolicyRow({ service: world.service, name: "unknown", source: { kind: "files", path, exclude: [] } });
    const { id } = await db().run.create({
      data: {
        ...{ mode: "apply", checklistKey: "decommission", checklistVersion: 1, title: "End", state: "running" },
        ...{ serviceId: world.service.id, startKey: "ends" },
      },
    });
    const UNKNOWN = "the swarm does not say where it ran last";
    const before = world.context({ run: { id } });
    const output = (await backupsCheck.apply({ policy: "unknown" }, before.ctx)) as object;
    expect(before.lines.join()).toContain(UNKNOWN);
    const step = { runId: id, key: "it", position: 0, name: "backups.check", title: "Check", queue: "backups" };
    await db().step.create({ data: { ...step, input: {}, output, state: "succeeded" } });
    for (const [runId, isSaid] of [
      [id + 1, true],
      [id, false],
    ] as const) {
      const t = world.context({ run: { id: runId } });
      await take("unknown", t);
      expect(t.lines.join().includes(UNKNOWN), String(runId)).toBe(isSaid);
    }
  });

  test("is not read while it is stopped when its last backup found it in use on another node", async () => {
    fake.hasTwo = true;
    const path = mkdtempSync(join(tmpdir(), "seaworthy-refused-"));
    await createPolicyRow({ service: world.service, name: "refused", source: { kind: "files", path, exclude: [] } });
    const { id: runId } = await db().run.create({
      data: {
        ...{ mode: "apply", checklistKey: "backup", checklistVersion: 1, title: "Back up", state: "succeeded" },
        ...{ serviceId: world.service.id, environment: "production", startKey: "nights" },
      },
    });
    const attempt = async (key: string, outcome: { state: string; error?: object }) => {
      const step = { runId, key, position: 0, name: "backups.take", title: "Back up", queue: "backups", input: {} };
      const { id } = await db().step.create({ data: { ...step, state: "failed" } });
      await take("refused", world.context({ step: { id } })).catch(() => {});
      const facts = { stepId: id, number: 1, token: 1, workerId: "w", readyAt: new Date(), startedAt: new Date() };
      await db().attempt.create({ data: { ...facts, ...outcome } });
    };
    await attempt("first", { state: "failed", error: { code: "backups.on_another_host" } });
    await attempt("second", { state: "failed", error: { code: "backups.target_full" } });
    expect(await refusalOf(take("refused"))).toMatchObject({ code: "backups.on_another_host" });
    await attempt("third", { state: "succeeded" });
    expect(await take("refused")).toMatchObject({ rows: 0 });
  });

  test("is the same where whoever moved the service said that the hosts share it", async () => {
    const { id } = await db().run.create({
      data: {
        ...{ mode: "apply", checklistKey: "move", checklistVersion: 1, title: "Move", state: "succeeded" },
        ...{ serviceId: world.service.id, environment: "production", startKey: "moved" },
      },
    });
    const place = { upstreamHost: "far.example.org", ipv4: null, placement: { hostname: "far" }, foldersShared: true };
    await db().step.create({
      data: {
        ...{ runId: id, key: "it", position: 0, name: "moves.settle", title: "Settle", queue: "provisioning" },
        ...{ input: place, state: "succeeded" },
      },
    });
    fake.nodeId = "another";
    expect(await take("files")).toMatchObject({ rows: 1 });
  });
});
