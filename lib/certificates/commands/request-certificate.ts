import { randomUUID } from "node:crypto";
import type { UserActor } from "#lib/access/types.ts";
import { recordAudit } from "#lib/audit/record.ts";
import { lockOwner } from "#lib/dns/commands/lock-rows.ts";
import { config } from "#lib/platform/config/config.ts";
import type { Tx } from "#lib/platform/db/client.ts";
import { transaction } from "#lib/platform/db/transaction.ts";
import { conflict, invalid, notFound } from "#lib/platform/errors.ts";
import { ringRun } from "#lib/runs/ring.ts";
import { toNamesKey } from "../format.ts";
import { assertMayRequest, judgeRequest } from "../queries/check-request.ts";
import { findLineage } from "../queries/find-lineage.ts";
import { personalNames } from "../queries/list-places.ts";
import type { CertificateCheck, CertificateRequest, RequestedCertificate } from "../types.ts";
import { startCertificateRun } from "./start-run.ts";

/** What is wrong, beside the fields it belongs to: `names.0`, `csr`. */
function toFields(check: Omit<CertificateCheck, "existing">, isCsr: boolean): Record<string, string> {
  const wrong = check.names.flatMap(({ name, given, problem }, index) =>
    problem ? [[isCsr ? "csr" : `names.${index}`, isCsr ? `${name ?? given}: ${problem}` : problem] as const] : [],
  );
  return {
    ...(check.problem ? { [isCsr ? "csr" : "names"]: check.problem } : {}),
    // Of a file's names the first wrong one is said.
    ...Object.fromEntries(wrong.reverse()),
  };
}

/** The authority allows a domain so many a week: one person cannot use up everybody's. The owner's row is held. */
async function assertRoom(tx: Tx, ownerId: string): Promise<void> {
  const limit = config().CERTIFICATES_PER_USER;
  if (limit === 0) return;
  const count = await tx.certificate.count({ where: { ownerId, serviceId: null, state: { not: "revoked" } } });
  if (count >= limit)
    throw conflict(
      "certificates.limit",
      `You have ${count} certificates of your own, and ${limit} is the limit.`,
      "Put more names into one, revoke one you no longer use, or ask an administrator for more.",
    );
}

/**
 * Asks for a certificate: its row and the run that orders it come to be in one transaction. When there is one for these names
 * already, that one is answered and nothing begins.
 */
export async function requestCertificate(actor: UserActor, request: CertificateRequest): Promise<RequestedCertificate> {
  assertMayRequest(actor);
  if (request.csr !== undefined && request.names !== undefined)
    throw invalid({ names: "The names are read from the certificate request." });
  const answer = await transaction(async (tx): Promise<RequestedCertificate> => {
    const { check, lineage } = await judgeRequest(tx, actor, request);
    if (!lineage) throw invalid(toFields(check, request.csr !== undefined));
    await lockOwner(tx, lineage);
    const existing = await findLineage(tx, lineage);
    if (existing) return { certificateId: existing.id, runId: null, created: false };
    if (lineage.serviceId === null && lineage.ownerId !== null && !actor.roles.includes("admin"))
      await assertRoom(tx, lineage.ownerId);

    const { names, keyType, csrPem, serviceId, ownerId } = lineage;
    const certificateId = randomUUID();
    const autoRenew = request.autoRenew ?? true;
    await tx.certificate.create({
      data: {
        ...{ id: certificateId, names: toNamesKey(names), keyType, csrPem, serviceId, ownerId, autoRenew },
        state: "pending",
      },
    });
    const toUserId = actor.id;
    const startKey = `certificate:${certificateId}:0`;
    const run = await startCertificateRun(tx, actor, "issue", { certificateId, names, toUserId, serviceId, startKey });
    await recordAudit(tx, actor, {
      action: "certificates.request",
      subjectType: "certificate",
      subjectId: certificateId,
      detail: { names, keyType, serviceId, runId: run.runId },
    });
    return { certificateId, runId: run.runId, created: true };
  });
  if (answer.runId !== null) await ringRun(answer.runId);
  return answer;
}

/** The one click: `*.user.root` and `user.root`. */
export async function requestPersonal(actor: UserActor): Promise<RequestedCertificate> {
  assertMayRequest(actor);
  const names = await transaction((tx) => personalNames(tx, actor.id));
  if (!names) throw notFound("account");
  return requestCertificate(actor, { names });
}
