import { randomUUID } from "node:crypto";
import { certificatesIssue } from "#lib/certificates/steps/issue.ts";
import { dnsRecord } from "#lib/dns/steps/record.ts";
import { createEngine } from "#lib/runs/engine.ts";
import { findAmong } from "#lib/steps/find-among.ts";
import { notificationsMail } from "../steps/mail.ts";

/** A worker process of its own, for tests to kill. */
await createEngine({
  findStep: findAmong([dnsRecord, certificatesIssue, notificationsMail]),
  queues: ["dns", "certificates", "notifications"],
  workerId: `worker-${randomUUID()}`,
  leaseMs: 1_500,
  sweepEveryMs: 200,
  relayEveryMs: 100,
  quietMs: 500,
}).start();
process.stdout.write("ready\n");
