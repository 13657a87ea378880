import { z } from "zod";
import { config } from "#lib/platform/config/config.ts";
import { db } from "#lib/platform/db/client.ts";
import { defineStep } from "#lib/steps/define-step.ts";
import { assertOwnKey, rollAccountKey } from "../commands/change-account-key.ts";
import { openAccount } from "../commands/open-account.ts";

const findRow = () => db().acmeAccount.findUnique({ where: { directoryUrl: config().LETS_ENCRYPT_DIRECTORY_URL } });

/** Gives the panel's account at the authority another key. */
export const certificatesAccountKey = defineStep({
  name: "certificates.account-key",
  queue: "certificates",
  input: z.strictObject({}),

  async plan() {
    assertOwnKey();
    const row = await findRow();
    const name = row?.accountUrl ?? config().LETS_ENCRYPT_DIRECTORY_URL;
    return { changes: [{ action: "change", kind: "account key", name }] };
  },

  async apply(_input, ctx) {
    // An attempt that died after the authority took the key: opening the account found that out and noted it.
    const startedAt = ctx.checkpoint.get<{ rolledAt: string | null }>();
    const before = (await findRow())?.rolledAt?.toISOString() ?? null;
    if (!startedAt) await ctx.checkpoint.set({ rolledAt: before });
    else await openAccount(ctx);
    const now = (await findRow())?.rolledAt?.toISOString() ?? null;
    if (startedAt && now !== startedAt.rolledAt) ctx.log.info("The authority has the new key already");
    else await rollAccountKey(ctx);
    return { accountUrl: (await findRow())?.accountUrl ?? null };
  },

  async verify(_input, ctx) {
    const { url } = await openAccount(ctx);
    return { ok: true, reason: `The authority knows the account ${url} by the panel's key.` };
  },

  async undo(_resources, _input, ctx) {
    ctx.log.info("The old key was destroyed; the account keeps its new one");
  },
});
