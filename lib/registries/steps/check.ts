import { z } from "zod";
import { checkRegistryAuth } from "#lib/integrations/docker/registry.ts";
import { db } from "#lib/platform/db/client.ts";
import { AppError } from "#lib/platform/errors.ts";
import { defineStep } from "#lib/steps/define-step.ts";
import type { StepContext, VerifyResult } from "#lib/steps/types.ts";
import { openCredential } from "../queries/find-registry-auth.ts";

const inputSchema = z.object({ credentialId: z.uuid() });
type CheckInput = z.output<typeof inputSchema>;

/** Signs in at a registry with an account the panel keeps, and notes how that went. Changes nothing there. */
export const registriesCheck = defineStep({
  name: "registries.check",
  queue: "releases",
  input: inputSchema,
  maxAttempts: 5,
  plan: async () => ({ changes: [] }),
  apply: applyCheck,
  verify: verifyCheck,
  undo: async () => {},
});

async function tryAccount({ credentialId }: CheckInput, ctx: StepContext): Promise<string | null> {
  const credential = await db().registryCredential.findUnique({ where: { id: credentialId } });
  if (!credential) return "The account was removed meanwhile.";
  const auth = await openCredential(credential);
  ctx.redact(auth.password);
  try {
    await checkRegistryAuth(auth, ctx.signal);
    ctx.log.info(`${credential.host} takes the account ${credential.username}`);
    return null;
  } catch (error) {
    if (!(error instanceof AppError) || error.code !== "registry.refused") throw error;
    return [error.message, error.detail].filter(Boolean).join(" ").replaceAll(auth.password, "[redacted]");
  }
}

async function applyCheck(input: CheckInput, ctx: StepContext): Promise<{ ok: boolean }> {
  const problem = await tryAccount(input, ctx);
  await ctx.write((tx) =>
    tx.registryCredential.updateMany({
      where: { id: input.credentialId },
      data: { checkedAt: new Date(), error: problem?.slice(0, 2_000) ?? null },
    }),
  );
  if (problem !== null)
    throw new AppError({
      code: "registry.refused",
      message: problem,
      advice: "Correct the account under Releases, Registries.",
      status: 422,
    });
  return { ok: true };
}

async function verifyCheck(input: CheckInput, ctx: StepContext): Promise<VerifyResult> {
  const problem = await tryAccount(input, ctx);
  return problem === null ? { ok: true, reason: "The registry takes the account." } : { ok: false, reason: problem };
}
