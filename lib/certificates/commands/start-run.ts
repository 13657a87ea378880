import type { Actor } from "#lib/access/types.ts";
import { CERTIFICATE, type CertificateRun, REVOKE_CERTIFICATE } from "#lib/checklists/certificate.ts";
import { compileChecklist } from "#lib/checklists/compile.ts";
import type { Tx } from "#lib/platform/db/client.ts";
import { type CreatedRun, createRun } from "#lib/runs/commands/create-run.ts";
import { exclusiveKeyOf } from "../queries/visible.ts";

const CHECKLISTS = { issue: CERTIFICATE, revoke: REVOKE_CERTIFICATE };
const TITLES = { issue: "Certificate for", revoke: "Revoke the certificate for" };

/** "*.sam.example.org and 3 more" */
const shorten = (names: readonly string[]) =>
  names.length > 2 ? `${names[0]} and ${names.length - 1} more` : names.join(" and ");

/** A run that works on one certificate. One at a time: a second is refused with the first's number. */
export async function startCertificateRun(
  tx: Tx,
  actor: Actor,
  kind: keyof typeof CHECKLISTS,
  about: CertificateRun & { serviceId: string | null; startKey: string },
): Promise<CreatedRun> {
  const { serviceId, startKey, ...context } = about;
  const checklist = CHECKLISTS[kind];
  return createRun(tx, actor, {
    mode: "apply",
    checklist: { key: checklist.key, version: checklist.version },
    title: `${TITLES[kind]} ${shorten(about.names)}`.slice(0, 200),
    serviceId,
    environment: null,
    startKey,
    exclusiveKey: exclusiveKeyOf(about.certificateId),
    steps: compileChecklist(checklist, context),
  });
}
