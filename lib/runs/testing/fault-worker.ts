import { findAmong } from "#lib/steps/find-among.ts";
import { createEngine } from "../engine.ts";
import { FAULT_STEPS } from "./fault-steps.ts";

/** A worker process of the fault tests: the real engine, test steps, short times. */
const engine = createEngine({
  findStep: findAmong(FAULT_STEPS),
  queues: ["provisioning"],
  concurrency: 8,
  leaseMs: 1_500,
  sweepEveryMs: 200,
  relayEveryMs: 100,
  quietMs: 1_000,
});
await engine.start();
process.on("SIGTERM", async () => {
  await engine.stop({ graceMs: 300, abortMs: 3_000 });
  process.exit(0);
});
process.stdout.write("ready\n");
