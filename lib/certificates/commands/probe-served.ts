import type { Actor } from "#lib/access/types.ts";
import { compileChecklist } from "#lib/checklists/compile.ts";
import { NOTICE } from "#lib/checklists/notice.ts";
import { findAddresses } from "#lib/integrations/dns/addresses.ts";
import { loadTrust, probeTls, type Trust } from "#lib/integrations/tls/probe.ts";
import { config } from "#lib/platform/config/config.ts";
import { sha256 } from "#lib/platform/crypto.ts";
import { db } from "#lib/platform/db/client.ts";
import { withNamedLock } from "#lib/platform/db/named-lock.ts";
import { transaction } from "#lib/platform/db/transaction.ts";
import { createRun } from "#lib/runs/commands/create-run.ts";
import { ringRun } from "#lib/runs/ring.ts";
import { isProbed, judgeServed, judgeSilence, NOWHERE, type Verdict } from "../probe.ts";
import { listProbeTargets, type ProbeName } from "../queries/list-probe-targets.ts";

const AT_ONCE = 12;
const PROBE_TIMEOUT_MS = 5_000;
const MAX_ADDRESSES = 4;
const PROBLEM_MAX = 500;

const PROBER: Actor = { kind: "system", name: "certificate probe", requestId: "certificate-probe" };

/**
 * Looks at what the host names that are due really serve, and tells an owner when one has been wrong twice in a row. Of several
 * workers one does it; the others return at once.
 */
export async function probeServed(signal: AbortSignal): Promise<void> {
  await withNamedLock("certificate-probe", signal, async (held) => {
    const { due, zones, gone } = await listProbeTargets(new Date(), config().CERTIFICATE_PROBE_S * 1_000);
    if (gone.length > 0) await db().servedCertificate.deleteMany({ where: { hostname: { in: gone } } });
    if (due.length === 0) return;
    const trust = await loadTrust(config().CERTIFICATE_ROOTS_FILE);
    const queue = [...due];
    const work = async () => {
      for (let next = queue.shift(); next && !held.aborted; next = queue.shift())
        await probeOne(next, zones, trust, held);
    };
    await Promise.all(Array.from({ length: Math.min(AT_ONCE, queue.length) }, work));
  });
}

async function probeOne(name: ProbeName, zones: readonly string[], trust: Trust, signal: AbortSignal): Promise<void> {
  const addresses = await findAddresses(name.hostname, zones, signal);
  // One that never led anywhere is not public: there is nothing to look at.
  if (addresses.length === 0 && !name.known) return;
  const seen = await look(name, addresses, trust, signal);
  signal.throwIfAborted();
  await noteServed(name, seen);
}

/** The first address that is not right decides; IPv6 counts only where there is no IPv4, for not every worker has it. */
async function look(name: ProbeName, addresses: readonly string[], trust: Trust, signal: AbortSignal) {
  const reachable = addresses.filter(isProbed);
  const v4 = reachable.filter((one) => !one.includes(":"));
  const asked = (v4.length > 0 ? v4 : reachable).slice(0, MAX_ADDRESSES);
  let seen: { address: string; verdict: Verdict } = { address: name.known?.address ?? "", verdict: NOWHERE };
  for (const address of asked) {
    seen = { address, verdict: await ask(name, address, trust, signal) };
    if (seen.verdict.state !== "right") break;
  }
  return seen;
}

async function ask(name: ProbeName, address: string, trust: Trust, signal: AbortSignal): Promise<Verdict> {
  const port = config().CERTIFICATE_PROBE_PORT;
  try {
    const served = await probeTls({
      ...{ address, port, hostname: name.hostname, trust, signal },
      timeoutMs: PROBE_TIMEOUT_MS,
    });
    return judgeServed(served, new Set(name.serials));
  } catch (error) {
    signal.throwIfAborted();
    return judgeSilence(error);
  }
}

async function noteServed(name: ProbeName, { address, verdict }: { address: string; verdict: Verdict }): Promise<void> {
  const { hostname, known } = name;
  const now = new Date();
  const isSame = known?.state === verdict.state;
  const since = isSame && known ? known.since : now;
  const data = {
    ...verdict,
    certificateId: name.certificateId,
    address: address.slice(0, 100),
    issuer: verdict.issuer?.slice(0, 255) ?? null,
    problem: verdict.problem?.slice(0, PROBLEM_MAX) ?? null,
    checkedAt: now,
    since,
    ...(isSame ? {} : { alertedAt: null }),
  };
  const runId = await transaction(async (tx) => {
    await tx.servedCertificate.upsert({ where: { hostname }, create: { hostname, ...data }, update: data });
    if (verdict.state === "right" || !isSame || name.ownerId === null) return null;
    // Whoever writes the mark is the one who tells.
    const marked = await tx.servedCertificate.updateMany({
      where: { hostname, state: verdict.state, alertedAt: null },
      data: { alertedAt: now },
    });
    if (marked.count === 0) return null;
    const { runId } = await createRun(tx, PROBER, {
      mode: "apply",
      checklist: { key: NOTICE.key, version: NOTICE.version },
      title: `Tell its owner what ${hostname} serves`.slice(0, 200),
      serviceId: name.serviceId,
      environment: null,
      startKey: `served:${Buffer.from(sha256(hostname)).toString("hex").slice(0, 32)}:${since.getTime()}`,
      steps: compileChecklist(NOTICE, {
        title: `Tell its owner what ${hostname} serves`,
        mail: { template: "certificate-served", toUserId: name.ownerId, certificateId: name.certificateId, hostname },
      }),
    });
    return runId;
  });
  if (runId !== null) await ringRun(runId);
}
