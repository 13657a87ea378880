import type { QueueName } from "#lib/platform/config/settings.ts";
import type { Loop } from "#lib/runs/loop.ts";

type Start = (signal: AbortSignal) => Promise<Loop[]>;

/** What a worker does besides its queue's steps. Loaded only where the queue is served, as the steps are. */
const LOOPS: Partial<Record<QueueName, readonly Start[]>> = {
  dns: [
    async (signal) => (await import("./dns-loops.ts")).startDnsLoops(signal),
    async () => [(await import("./expiry-loop.ts")).startExpiryLoop()],
  ],
  renewals: [
    async () => (await import("./certificate-loops.ts")).startRenewals(),
    async (signal) => [(await import("./probe-loop.ts")).startProbeLoop(signal)],
    async (signal) => [(await import("./ingress-loop.ts")).startIngressLoop(signal)],
  ],
  backups: [async () => (await import("./backup-loops.ts")).startBackupLoops()],
  provisioning: [async (signal) => (await import("./tick-loop.ts")).startTickLoops(signal)],
  releases: [
    async () => (await import("./release-loops.ts")).startReleaseLoops(),
    async () => [(await import("./data-change-loop.ts")).startDataChangeLoop()],
  ],
  notifications: [
    async () => [(await import("./backup-loops.ts")).startOverdueClock()],
    async () => [(await import("./release-loops.ts")).startReviewClock()],
    async (signal) => (await import("./watching-loop.ts")).startWatchingLoops(signal),
    async () => [(await import("./item-loop.ts")).startItemLoop()],
  ],
};

export async function startLoops(queues: readonly QueueName[], signal: AbortSignal): Promise<Loop[]> {
  const starts = queues.flatMap((queue) => LOOPS[queue] ?? []);
  return (await Promise.all(starts.map((start) => start(signal)))).flat();
}
