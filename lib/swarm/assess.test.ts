import { describe, expect, test } from "vitest";
import { type DockerService, type DockerTask, serviceSchema, taskSchema } from "#lib/integrations/docker/schema.ts";
import { assessService, explainTask, isCurrent, nameTask } from "./assess.ts";

const template = { ContainerSpec: { Image: "app:1@sha256:aa" }, Resources: {} };
const service = (more: object = {}): DockerService =>
  serviceSchema.parse({
    ID: "s1",
    Version: { Index: 5 },
    Spec: {
      Name: "web",
      Labels: null,
      TaskTemplate: { ...template, Runtime: "container" },
      Mode: { Replicated: { Replicas: 2 } },
    },
    ...more,
  });
let counter = 0;
const task = (state: string, more: object = {}, status: object = {}): DockerTask => {
  counter += 1;
  return taskSchema.parse({
    ID: `t${counter}`,
    Version: { Index: counter },
    CreatedAt: `2026-11-21T02:00:${String(counter).padStart(2, "0")}Z`,
    UpdatedAt: "",
    ServiceID: "s1",
    NodeID: "n1",
    Slot: 1,
    DesiredState: "running",
    Spec: { ...template, ForceUpdate: 0 },
    Status: { State: state, ...status },
    ...more,
  });
};
const assess = (one: DockerService, tasks: DockerTask[], before: string[] = []) =>
  assessService(one, tasks, new Set(before));

describe("assessService", () => {
  test("is converged when every task of the present spec runs", () => {
    expect(assess(service(), [task("running"), task("running", { Slot: 2 })])).toMatchObject({
      converged: true,
      running: 2,
      desired: 2,
    });
    expect(assess(service(), [task("running"), task("starting", { Slot: 2 })])).toMatchObject({
      converged: false,
      running: 1,
    });
  });

  test("tasks of the spec before do not count, and keep it from being done", () => {
    const old = { Spec: { ContainerSpec: { Image: "app:0@sha256:bb" } } };
    expect(assess(service(), [task("running"), task("running", { Slot: 2, ...old })])).toMatchObject({
      converged: false,
      running: 1,
    });
    expect(
      assess(service(), [task("running"), task("running", { Slot: 2 }), task("running", { Slot: 1, ...old })])
        .converged,
    ).toBe(false);
    expect(
      assess(service(), [
        task("running"),
        task("running", { Slot: 2 }),
        task("shutdown", { DesiredState: "shutdown", ...old }),
      ]).converged,
    ).toBe(true);
  });

  test("an update is done only when Swarm says completed", () => {
    const tasks = [task("running"), task("running", { Slot: 2 })];
    expect(assess(service({ UpdateStatus: { State: "updating" } }), tasks)).toMatchObject({
      converged: false,
      gaveUp: undefined,
    });
    expect(assess(service({ UpdateStatus: { State: "completed" } }), tasks).converged).toBe(true);
    for (const state of ["paused", "rollback_completed", "rollback_paused"])
      expect(assess(service({ UpdateStatus: { State: state } }), tasks)).toMatchObject({
        converged: false,
        gaveUp: state,
      });
  });

  test("no replicas wanted is done when none are left", () => {
    const none = service({ Spec: { ...service().Spec, Mode: { Replicated: { Replicas: 0 } } } });
    expect(assess(none, []).converged).toBe(true);
    expect(assess(none, [task("running", { DesiredState: "shutdown" })]).converged).toBe(true);
  });

  test("failures are those since the watch began, oldest first", () => {
    const old = task("failed");
    const first = task("failed", { DesiredState: "shutdown" });
    const second = task("rejected", { DesiredState: "shutdown" });
    expect(assess(service(), [second, old, first], [old.ID]).failed.map(({ ID }) => ID)).toEqual([first.ID, second.ID]);
  });

  test("a task that no node takes is homeless", () => {
    const waiting = task("pending", {}, { Err: "no suitable node (insufficient resources on 1 node)" });
    expect(assess(service(), [waiting]).homeless?.ID).toBe(waiting.ID);
  });
});

test("Docker's defaults do not make a task another one", () => {
  expect(isCurrent(task("running"), service())).toBe(true);
  expect(
    isCurrent(task("running", { Spec: { ContainerSpec: { Image: "app:1@sha256:aa", Env: ["A=1"] } } }), service()),
  ).toBe(false);
});

test.each([
  [{ Err: "task: non-zero exit (137): dockerexec: unhealthy container" }, /health check failed/],
  [{ Err: "No such image: app:1" }, /does not have the image/],
  [{ Err: "task: non-zero exit (3)", ContainerStatus: { ContainerID: "c", ExitCode: 3 } }, /exit code 3/],
  [{ Err: "task: non-zero exit (137)", ContainerStatus: { ContainerID: "c", ExitCode: 137 } }, /memory/],
  [{ Err: 'starting container failed: exec: "nope": executable file not found in $PATH' }, /not in the image/],
])("%j is explained", (status, words) => {
  expect(explainTask(task("failed", {}, status))).toMatch(words);
});

test("tasks are named as Docker's own commands name them", () => {
  expect(nameTask(service(), task("running", { Slot: 2 }))).toBe("web.2");
  expect(nameTask(service(), task("running", { Slot: 0, NodeID: "abcdefghijklmnop" }))).toBe("web.abcdefghijkl");
});
