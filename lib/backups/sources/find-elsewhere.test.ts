import { randomUUID } from "node:crypto";
import { mkdtempSync, writeFileSync } from "node:fs";
import { tmpdir } from "node:os";
import { join } from "node:path";
import { afterAll, afterEach, beforeAll, describe, expect, test, vi } from "vitest";
import { listContainerNames } from "#lib/integrations/docker/containers.ts";
import type { DockerTask } from "#lib/integrations/docker/schema.ts";
import { createService, listTasks, removeService } from "#lib/integrations/docker/services.ts";
import { config } from "#lib/platform/config/config.ts";
import { db } from "#lib/platform/db/client.ts";
import { until } from "#lib/runs/testing/stage.ts";
import { refusalOf } from "#lib/services/testing/actors.ts";

/** As which node the worker's engine describes itself; null: as what it is. The swarm has but one. */
const fake = vi.hoisted(() => ({ nodeId: null as string | null }));
vi.mock("#lib/integrations/docker/swarm.ts", async (importActual) => {
  const actual = await importActual<typeof import("#lib/integrations/docker/swarm.ts")>();
  return { ...actual, readOwnNodeId: async (signal: AbortSignal) => fake.nodeId ?? actual.readOwnNodeId(signal) };
});

const { listNodes, readOwnNodeId, removeVolume } = await import("#lib/integrations/docker/swarm.ts");
const { SCRATCH_LABEL } = await import("../prove/scratch-container.ts");
const { backupsTake } = await import("../steps/take.ts");
const { createPolicyRow, startBackupWorld } = await import("../testing.ts");
const { findNodesOf, isSharedKind } = await import("./find-elsewhere.ts");
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
