import { randomUUID } from "node:crypto";
import { createEngine } from "#lib/runs/engine.ts";
import { findAmong } from "#lib/steps/find-among.ts";
import { certificatesDeliver } from "../steps/deliver.ts";
import { certificatesIssue } from "../steps/issue.ts";
import { certificatesRenew } from "../steps/renew.ts";

/** A worker process of its own, for tests to kill. */
await createEngine({
  findStep: findAmong([certificatesIssue, certificatesRenew, certificatesDeliver]),
  queues: ["certificates", "renewals"],
  workerId: `worker-${randomUUID()}`,
  leaseMs: 1_500,
  sweepEveryMs: 200,
  relayEveryMs: 100,
  quietMs: 500,
}).start();
process.stdout.write("ready\n");
