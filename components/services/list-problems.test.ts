import { expect, test } from "vitest";
import { answersSchema, type DraftAnswers, fillAnswers } from "#lib/services/schema/answers.ts";
import type { ServiceView } from "#lib/services/types.ts";
import { listProblems } from "./list-problems.ts";

const NOW = Date.parse("2026-11-21T02:00:00Z");
const DAY = 86_400_000;

const healthy: ServiceView = {
  id: "1",
  name: "pad-notes",
  purpose: "Shared notes",
  state: "live",
  owner: { id: "o", name: "Olga Owner" },
  hostnames: [],
  replicas: null,
  lastRun: null,
  restorableAsOf: null,
  certificateUntil: null,
  createdAt: "2026-11-01T00:00:00Z",
  liveAt: "2026-11-01T00:00:00Z",
  retiredAt: null,
  ports: [],
  environments: [],
  answers: null,
  answersVersion: null,
  draftId: null,
  dependsOn: [],
  dependents: [],
  runs: [],
  resources: [],
  secrets: [],
  records: [],
  certificates: [],
  hasBackups: false,
  ticks: { total: 0, open: 0 },
};

const run = (state: "failed" | "waiting" | "succeeded"): ServiceView["runs"][number] => ({
  id: 184,
  title: "Provision pad-notes",
  mode: "apply",
  state,
  createdAt: "2026-11-20T00:00:00Z",
  startedAt: null,
  finishedAt: null,
  stepsTotal: 7,
  stepsDone: 3,
});

const certificate = (days: number): ServiceView["certificates"][number] => ({
  id: "c",
  names: ["pad-notes.example.org"],
  state: "issued",
  issuer: null,
  notAfter: new Date(NOW + days * DAY + 1).toISOString(),
});

test("a healthy service has no problems", () => expect(listProblems(healthy, NOW)).toEqual([]));

test("the last run that failed comes first and links to the run", () => {
  const [first] = listProblems(
    { ...healthy, runs: [run("failed"), run("succeeded")], certificates: [certificate(3)] },
    NOW,
  );
  expect(first).toMatchObject({ tone: "failed", href: "/runs/184" });
});

test("a failure that a later run made good is no problem any more", () =>
  expect(listProblems({ ...healthy, runs: [run("succeeded"), run("failed")] }, NOW)).toEqual([]));

test("missing replicas name the failing task's reason", () => {
  const task = {
    id: "t",
    slot: 1,
    node: "n",
    state: "failed",
    desiredState: "shutdown",
    error: "non-zero exit (127)",
    image: "x",
    at: "2026-11-21T01:00:00Z",
  };
  const app = {
    name: "pad-notes-production_app",
    image: "x",
    desired: 2,
    running: 1,
    updateState: null,
    updatedAt: task.at,
    observedAt: task.at,
    tasks: [task],
  };
  const environments = [{ name: "production", stackName: "pad-notes-production", services: [app] }];
  expect(listProblems({ ...healthy, environments }, NOW)[0]).toMatchObject({
    title: "pad-notes-production_app runs 1 of 2 replicas",
    why: "non-zero exit (127)",
  });
});

test.each([
  [3, "failed"],
  [15, "warning"],
])("a certificate with %i days left is %s", (days, tone) =>
  expect(listProblems({ ...healthy, certificates: [certificate(days)] }, NOW)[0]?.tone).toBe(tone),
);

test("a retired service has no problems", () =>
  expect(listProblems({ ...healthy, state: "retired", runs: [run("failed")] }, NOW)).toEqual([]));

test("items of the checklist that are no longer so lead to them", () =>
  expect(listProblems({ ...healthy, ticks: { total: 40, open: 2 } }, NOW)).toMatchObject([
    { title: "2 of 40 checklist items are no longer so", href: "/services/pad-notes/checklist" },
  ]));

test("a service that keeps anything is a problem until all of it can provably be brought back", () => {
  const identity = { name: "pad-notes", purpose: "Shared notes", ownerId: "0b1c2d3e-4f50-4a61-8b72-9c83ad94be05" };
  const titles = (draft: DraftAnswers, more: Partial<ServiceView> = {}) => {
    const placement = { image: "demo/web:1", ...draft.placement };
    const answers = answersSchema.parse(fillAnswers({ ...draft, identity, placement }));
    return listProblems({ ...healthy, answers, ...more }, NOW).map(({ title }) => title);
  };
  const unproven = ["It cannot provably be brought back"];
  const volumes = [{ name: "spool", target: "/spool", readOnly: false }];
  expect(titles({})).toEqual([]);
  expect(titles({}, { hasBackups: true })).toEqual(unproven);
  expect(titles({ data: { database: "mariadb" } })).toEqual(unproven);
  expect(titles({ data: { filesFolder: true } })).toEqual(unproven);
  expect(titles({ placement: { volumes } })).toEqual(unproven);
  expect(titles({ placement: { volumes } }, { restorableAsOf: "2026-11-20T02:00:00Z" })).toEqual([]);
  // Where a NixOS module runs it, the panel cannot reach them.
  const nixos = { method: "nixos", nixosPackage: "pads", nixosModule: "pads", nixosHost: "app-01" } as const;
  expect(titles({ placement: { volumes, ...nixos } })).toEqual([]);
});
