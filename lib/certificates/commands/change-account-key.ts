import { changeAccountKey } from "#lib/integrations/acme/accounts.ts";
import { config } from "#lib/platform/config/config.ts";
import { db } from "#lib/platform/db/client.ts";
import { AppError } from "#lib/platform/errors.ts";
import { deleteSecret } from "#lib/secrets/commands.ts";
import type { StepContext } from "#lib/steps/types.ts";
import { ensureOwnKey, forgetAccounts, nextKeyNameOf, openAccount, settleKeyChange } from "./open-account.ts";

const WORKING = ["certificates.issue", "certificates.renew"];

/** The answers to challenges are made with the account's key: it is not changed while somebody proves names with it. */
async function assertIdle(): Promise<void> {
  const busy = await db().step.count({ where: { name: { in: WORKING }, state: "running" } });
  if (busy === 0) return;
  throw new AppError({
    code: "certificates.account_busy",
    message: "Certificates are being ordered with the account this moment.",
    advice: "The panel tries again by itself.",
    retry: "retry",
    retryAfterMs: 5_000,
  });
}

/** Refuses where the key is not the panel's own. */
export function assertOwnKey(): void {
  if (!config().LETS_ENCRYPT_ACCOUNT_PRIVATE_KEY_PEM) return;
  throw new AppError({
    code: "certificates.configured_key",
    message: "The account's key stands in LETS_ENCRYPT_ACCOUNT_PRIVATE_KEY_PEM, so the panel cannot change it.",
    advice: "Leave that setting empty: the panel then makes a key of its own, which it can change.",
    retry: "permanent",
  });
}

/**
 * Gives the panel's account another key. The new one is stored before the authority hears of it, so that dying at any moment
 * leaves a key that the authority knows: `settleKeyChange` finds out which.
 */
export async function rollAccountKey(ctx: StepContext): Promise<void> {
  assertOwnKey();
  const { LETS_ENCRYPT_DIRECTORY_URL: directoryUrl } = config();
  await assertIdle();
  const { client } = await openAccount(ctx);
  const newKey = await ensureOwnKey(ctx, nextKeyNameOf(directoryUrl));
  await ctx.guard();
  try {
    await changeAccountKey(client, newKey, ctx);
  } catch (error) {
    ctx.signal.throwIfAborted();
    // A refusal leaves nothing behind; without an answer the next look at the account finds out.
    const isRefused = error instanceof AppError && error.code.startsWith("acme.") && error.retry === "permanent";
    if (isRefused && (await settleKeyChange(ctx, directoryUrl)) === "unchanged")
      await ctx.write((tx) => deleteSecret(tx, nextKeyNameOf(directoryUrl)));
    throw error;
  }
  ctx.log.info("The authority has taken the new key");
  await settleKeyChange(ctx, directoryUrl);
  forgetAccounts();
}
