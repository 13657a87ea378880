import { expect, test } from "vitest";
import { isActive, stateOfRun, stateOfService, stateOfStep, stateOfTask } from "./state-of.ts";

test("a run that waits asks for a person, and still counts as active", () => {
  expect(stateOfRun("waiting")).toEqual({ state: "person", word: "Needs a person" });
  expect(isActive("waiting")).toBe(true);
  expect(isActive("succeeded")).toBe(false);
});

test("an undo that is done is quiet, not green", () => expect(stateOfRun("succeeded", "undo").state).toBe("undone"));

test("blocked and queued steps both wait, in different words", () => {
  expect(stateOfStep("blocked").state).toBe("waiting");
  expect(stateOfStep("ready").word).toBe("Queued");
});

test("a service in a state nobody knows shows its own word", () =>
  expect(stateOfService("sunk")).toEqual({ state: "waiting", word: "sunk" }));

test("a task that Swarm itself ended is past, one that broke is failed", () => {
  expect(stateOfTask("shutdown", "shutdown").state).toBe("skipped");
  expect(stateOfTask("rejected", "shutdown").state).toBe("failed");
  expect(stateOfTask("running", "running").state).toBe("done");
  expect(stateOfTask("starting", "running").state).toBe("running");
});
