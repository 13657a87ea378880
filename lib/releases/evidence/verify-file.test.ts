import { expect, test } from "vitest";
import { canonicalJson } from "#lib/platform/crypto.ts";
import { sealOf } from "../approval/seal.ts";
import { type EvidenceFile, evidenceFileSchema, FORMAT, VERSION } from "./file.ts";
import { verifyFile } from "./verify-file.ts";

const AT = "2026-11-21T12:00:00.000Z";
const person = (id: string) => ({ id, name: id });
const SEALED: EvidenceFile["sealed"] = {
  environment: "production",
  content: {
    ...{ images: {}, env: {}, secrets: {}, replicas: 1, ports: [], mounts: [], healthCheck: null },
    ...{ cpus: null, memoryMb: null, placement: {}, migrations: [] },
  },
  answers: { dataLoss: false, schemaChange: false, infrastructureChange: false, manualSteps: false, manualText: "" },
  evidence: {
    differences: [],
    evidence: { dataLoss: [], schemaChange: [], infrastructureChange: [] },
    irreversible: false,
  },
  targetState: { deploymentId: null, configVersion: 1, secretVersions: {}, services: [], soakS: 60 },
  startAt: null,
  revision: 2,
};

function write(voter: string, by = voter, sealed = SEALED): Uint8Array {
  const seal = sealOf(SEALED);
  const file = evidenceFileSchema.parse({
    ...{ format: FORMAT, version: VERSION, writtenAt: AT, service: { id: "s", name: "pad" } },
    environment: { id: "e", name: "production", stackName: "pad-production" },
    deployment: {
      ...{ id: "d", kind: "release", state: "done", outcome: null, reason: null, requestedBy: person("sam") },
      ...{ editors: [person("steph")], createdAt: AT, approvedAt: AT, startAt: null, startedAt: AT, finishedAt: AT },
      ...{ needed: 1, configVersion: 1, previousId: null },
    },
    release: {
      ...{ id: "r", number: 2, contentHash: null, images: {}, labels: {}, commitId: null, sourceUrl: null },
      ...{ branch: null, notes: "", origin: "person", by: null, createdAt: AT },
    },
    ...{ sealed, seal, comments: [], backups: [], probes: null },
    approvals: [{ voter: person(voter), by: person(by), decision: "approve", seal, comment: "", at: AT }],
    run: { id: 1, checklist: "deploy 1", requestedBy: null, createdAt: AT, startedAt: AT, steps: [] },
  });
  return Buffer.from(canonicalJson(file));
}

test("what somebody else approved is in order", () => {
  expect(verifyFile(write("mona"), null).problems).toEqual([]);
});

test.each([
  ["who asked for it", "sam", "sam"],
  ["who edited it", "steph", "steph"],
  ["who edited it, with another's vote", "mona", "steph"],
])("the vote of %s is none", (_who, voter, by) => {
  expect(verifyFile(write(voter, by), null).problems.join()).toContain("0 of 1 other people approved");
});

test("another start or another edit is another text", () => {
  for (const more of [{ startAt: AT }, { revision: 1 }])
    expect(verifyFile(write("mona", "mona", { ...SEALED, ...more }), null).problems.join()).toContain(
      "not what was sealed",
    );
});
