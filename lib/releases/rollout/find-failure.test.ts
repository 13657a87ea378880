import { expect, test } from "vitest";
import { type DockerTask, serviceSchema, taskSchema } from "#lib/integrations/docker/schema.ts";
import { pickFailed } from "./find-failure.ts";

const image = "pad:2@sha256:bb";
const service = serviceSchema.parse({
  ID: "s1",
  Version: { Index: 5 },
  Spec: {
    Name: "pad_app",
    Labels: null,
    TaskTemplate: { ContainerSpec: { Image: image } },
    Mode: { Replicated: { Replicas: 1 } },
  },
});
const task = (id: string, second: number, status: object, more: object = {}): DockerTask =>
  taskSchema.parse({
    ...{
      ID: id,
      Version: { Index: 1 },
      UpdatedAt: "",
      ServiceID: "s1",
      NodeID: "n1",
      Slot: 1,
      DesiredState: "running",
    },
    CreatedAt: `2026-11-21T02:00:0${second}Z`,
    Spec: { ContainerSpec: { Image: image } },
    Status: status,
    ...more,
  });
const container = (ID: string) => ({ ContainerStatus: { ContainerID: ID, ExitCode: 1 } });
const unhealthy = task("old", 1, { State: "failed", Err: "task: unhealthy container", ...container("c1") });
const homeless = { State: "pending", Err: "no suitable node (host-mode port already in use on 1 node)" };
const pick = (tasks: DockerTask[], before: string[] = []) =>
  pickFailed(tasks, service, { image, before: new Set(before) })?.ID;

test("the task that was started and failed is named, not its successor that waits for the port it still holds", () => {
  expect(pick([unhealthy, task("new", 2, homeless)])).toBe("old");
  expect(pick([task("new", 2, homeless)])).toBe("new");
});

test("of several that were started it is the last; tasks of before, of another image and of another service are nobody's", () => {
  const later = task("later", 3, { State: "failed", Err: "", ...container("c2") });
  expect(pick([later, unhealthy])).toBe("later");
  expect(pick([later, unhealthy], ["later"])).toBe("old");
  expect(pick([task("other", 4, { State: "failed", ...container("c3") }, { ServiceID: "s2" })])).toBeUndefined();
  expect(pick([task("running", 4, { State: "running", Err: "", ...container("c3") })])).toBeUndefined();
});
