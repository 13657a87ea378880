import type { Actor } from "#lib/access/types.ts";
import { compileChecklist } from "#lib/checklists/compile.ts";
import { NOTICE } from "#lib/checklists/notice.ts";
import { findAddresses } from "#lib/integrations/dns/addresses.ts";
import { sendPing } from "#lib/integrations/healthchecks/ping.ts";
import { loadTrust, type Trust } from "#lib/integrations/tls/probe.ts";
import { askPage, type PageAnswer } from "#lib/integrations/web-probe/ask-page.ts";
import { config } from "#lib/platform/config/config.ts";
import { db, type Prisma } from "#lib/platform/db/client.ts";
import { withNamedLock } from "#lib/platform/db/named-lock.ts";
import { transaction } from "#lib/platform/db/transaction.ts";
import { createRun } from "#lib/runs/commands/create-run.ts";
import { ringRun } from "#lib/runs/ring.ts";
import { judgeProbe, type ProbeVerdict } from "../probe/judge-probe.ts";
import { findQuietUntil } from "../queries/find-monitor.ts";
import { type DueProbe, findPingUrl, listDueProbes } from "../queries/list-due-monitors.ts";

const AT_ONCE = 12;
const PROBER: Actor = { kind: "system", name: "page probe", requestId: "page-probe" };

/** Looks at the pages that are due. Of several workers one does it; the others return at once. */
export async function probePages(signal: AbortSignal): Promise<void> {
  await withNamedLock("page-probe", signal, async (held) => {
    const queue = await listDueProbes();
    if (queue.length === 0) return;
    const trust = await loadTrust(config().CERTIFICATE_ROOTS_FILE);
    const work = async () => {
      for (let next = queue.shift(); next && !held.aborted; next = queue.shift()) await probeOne(next, trust, held);
    };
    await Promise.all(Array.from({ length: Math.min(AT_ONCE, queue.length) }, work));
  });
}

async function probeOne(probe: DueProbe, trust: Trust, signal: AbortSignal): Promise<void> {
  if (await findQuietUntil(probe.serviceId, probe.environment)) {
    await db().monitor.update({ where: { id: probe.id }, data: { state: "paused", checkedAt: new Date() } });
    return;
  }
  const answer = await look(probe, trust, signal);
  signal.throwIfAborted();
  const verdict = judgeProbe(probe, answer, new Date());
  await note(probe, verdict);
  await ping(probe, answer, signal);
}

/** By the zone's own name servers where the name is the panel's, for the answer is then of this moment. */
async function look({ config: { url, expectedStatus } }: DueProbe, trust: Trust, signal: AbortSignal) {
  const { hostname } = new URL(url);
  const { ROOT_DOMAIN } = config();
  const isOurs = hostname === ROOT_DOMAIN || hostname.endsWith(`.${ROOT_DOMAIN}`);
  if (!isOurs) return askPage({ url, expectedStatus, trust }, signal);
  const [address] = await findAddresses(hostname, [ROOT_DOMAIN], signal).catch(() => []);
  if (address === undefined) return { ok: false, words: `${hostname} leads nowhere` };
  return askPage({ url, expectedStatus, address, trust }, signal);
}

async function note(probe: DueProbe, verdict: ProbeVerdict): Promise<void> {
  const { state, misses, words, since } = verdict;
  const kept = { ...probe.config, misses, words, since } as unknown as Prisma.InputJsonObject;
  const runId = await transaction(async (tx) => {
    const data = { state, config: kept, checkedAt: new Date() };
    const { count } = await tx.monitor.updateMany({ where: { id: probe.id, removedAt: null }, data });
    if (count === 0 || verdict.tells === null) return null;
    const title = `Tell its owner that ${probe.serviceName} is ${verdict.tells}`;
    const { runId: made } = await createRun(tx, PROBER, {
      mode: "apply",
      checklist: { key: NOTICE.key, version: NOTICE.version },
      title: title.slice(0, 200),
      ...{ serviceId: probe.serviceId, environment: probe.environment },
      startKey: `page:${probe.id}:${verdict.tells}:${since}`.slice(0, 120),
      steps: compileChecklist(NOTICE, {
        title,
        mail: { template: "page-probed", toUserId: probe.ownerId, monitorId: probe.id, state: verdict.tells },
      }),
    });
    return made;
  });
  if (runId !== null) await ringRun(runId);
}

/** A check at Healthchecks hears of every look: when nobody looks any more, it is the one that notices. */
async function ping({ serviceId, environment }: DueProbe, { ok }: PageAnswer, signal: AbortSignal): Promise<void> {
  const address = await findPingUrl(serviceId, environment);
  if (address === null) return;
  // It notices by itself when it hears nothing.
  await sendPing(address, ok ? "success" : "fail", signal).catch(() => {});
}
