import { authorize, mayEver } from "#lib/access/policy.ts";
import type { UserActor } from "#lib/access/types.ts";
import { readCsr } from "#lib/integrations/acme/csr.ts";
import { db, type Tx } from "#lib/platform/db/client.ts";
import { toNamesKey } from "../format.ts";
import type { CertificateCheck, CertificateRequest } from "../types.ts";
import { findLineage, type Lineage } from "./find-lineage.ts";
import { judgeNames } from "./judge-names.ts";

const DEFAULT_KEY = "ec-p256";

/** Whether the actor could have any certificate; which names decides who owns them. */
export function assertMayRequest(actor: UserActor): void {
  if (!mayEver(actor, "certificates.request")) authorize(actor, "certificates.request");
}

/** What asking for it would lead to, and everything that is wrong with it. */
export interface JudgedRequest {
  check: Omit<CertificateCheck, "existing">;
  /** Null while anything is wrong. */
  lineage: Lineage | null;
}

/** The names of a request, typed or read from a certificate request, with what becomes of them. */
export async function judgeRequest(tx: Tx, actor: UserActor, request: CertificateRequest): Promise<JudgedRequest> {
  const reading = request.csr === undefined ? null : readCsr(request.csr);
  if (reading && !reading.ok)
    return { check: { names: [], problem: reading.problem, key: null, service: null }, lineage: null };
  const csr = reading?.csr ?? null;
  const judged = await judgeNames(tx, actor, csr?.names ?? request.names ?? []);
  const check = {
    names: judged.names,
    problem: judged.problem,
    key: csr?.key ?? null,
    service: judged.service?.name ?? null,
  };
  if (judged.accepted.length === 0) return { check, lineage: null };
  const lineage = {
    names: toNamesKey(judged.accepted).split(","),
    keyType: csr ? "csr" : (request.keyType ?? DEFAULT_KEY),
    csrPem: csr?.pem ?? null,
    serviceId: judged.service?.id ?? null,
    ownerId: judged.service ? null : actor.id,
  };
  return { check, lineage };
}

/** While it is typed: which names may be certified, and the certificate there is for them. */
export async function checkRequest(actor: UserActor, request: CertificateRequest): Promise<CertificateCheck> {
  assertMayRequest(actor);
  const { check, lineage } = await judgeRequest(db(), actor, request);
  return { ...check, existing: lineage ? await findLineage(db(), lineage) : null };
}
