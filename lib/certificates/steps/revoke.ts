import { z } from "zod";
import { db } from "#lib/platform/db/client.ts";
import { defineStep } from "#lib/steps/define-step.ts";
import { revokeIssued } from "../commands/revoke-issued.ts";
import { REVOKE_REASONS } from "../constants.ts";

const RevokeInput = z.strictObject({ certificateId: z.guid(), reason: z.enum(REVOKE_REASONS) });

const find = (id: string) =>
  db().certificate.findUnique({ where: { id }, select: { names: true, state: true, serial: true } });

/** Revokes a certificate at the authority and destroys its keys here. It cannot be taken back. */
export const certificatesRevoke = defineStep({
  name: "certificates.revoke",
  queue: "certificates",
  input: RevokeInput,

  async plan({ certificateId, reason }) {
    const row = await find(certificateId);
    if (!row || row.state === "revoked") return { changes: [] };
    return { changes: [{ action: "remove", kind: "certificate", name: row.names, detail: `revoked: ${reason}` }] };
  },

  async apply({ certificateId, reason }, ctx) {
    await revokeIssued(ctx, certificateId, reason);
    return { certificateId };
  },

  async verify({ certificateId }) {
    const row = await find(certificateId);
    if (row && row.state !== "revoked") return { ok: false, reason: "The certificate is not revoked." };
    return { ok: true, reason: `Certificate ${row?.serial ?? ""} is revoked.` };
  },

  async undo(_resources, _input, ctx) {
    ctx.log.info("A revocation cannot be taken back");
  },
});
