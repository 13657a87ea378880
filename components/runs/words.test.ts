import { expect, test } from "vitest";
import { anAttempt, aStep } from "./testing/steps.ts";
import { resourceHref, stepToShow, titlesAwaited, whoIsNeeded, wordForNeeded } from "./words.ts";

test("a newcomer is shown what failed, else what runs, else what waits for a person, else the last that has a log", () => {
  const logged = aStep("logged", { attempts: [anAttempt({ lines: 3 })] });
  const person = aStep("person", { state: "needs_person" });
  const running = aStep("running", { state: "running" });
  const failed = aStep("failed", { state: "failed" });
  expect(stepToShow([logged, person, running, failed])?.key).toBe("failed");
  expect(stepToShow([logged, person, running])?.key).toBe("running");
  expect(stepToShow([logged, person])?.key).toBe("person");
  expect(stepToShow([logged, aStep("silent")])?.key).toBe("logged");
  expect(stepToShow([])).toBeUndefined();
});

test("a step says by title what it still waits for, and by role whom it needs", () => {
  const steps = [aStep("done"), aStep("stack", { title: "Deploy the stack", state: "running" })];
  expect(titlesAwaited(aStep("dns", { dependsOn: ["done", "stack"] }), steps)).toEqual(["Deploy the stack"]);
  expect(wordForNeeded(aStep("a", { role: "dba" }))).toBe("needs a database administrator");
  expect(wordForNeeded(aStep("a"))).toBe("needs a member of staff");
});

test("a waiting run says whom it needs, in few words however many they are", () => {
  const needs = (key: string, role: string) => aStep(key, { role, state: "needs_person" });
  expect(whoIsNeeded({ steps: [aStep("a")] })).toBeNull();
  expect(whoIsNeeded({ steps: [needs("a", "manager"), needs("b", "manager")] })).toBe("needs a manager");
  expect(whoIsNeeded({ steps: [needs("a", "staff"), needs("b", "dba"), needs("c", "admin")] })).toBe(
    "needs a member of staff and 2 more",
  );
});

test("what a step made links to where the panel shows it", () => {
  expect(resourceHref("swarm secret", "pad-notes")).toBe("/services/pad-notes/secrets");
  expect(resourceHref("dns record", "pad-notes")).toBe("/services/pad-notes/domains");
  expect(resourceHref("backup", "pad-notes")).toBe("/services/pad-notes/backups");
  expect(resourceHref("stack", "pad-notes")).toBe("/services/pad-notes");
  expect(resourceHref("stack", undefined)).toBe(null);
});
