import { findCloudflareZone, purgeEverything } from "#lib/integrations/cloudflare/client.ts";
import { defineStep } from "#lib/steps/define-step.ts";
import type { StepContext } from "#lib/steps/types.ts";
import { type PurgeInput, purgeInput } from "../schema/steps.ts";

/** Whatever Cloudflare keeps of the zones its names are in. Names of no zone of the account's are left out. */
export const movesPurge = defineStep({
  name: "moves.purge",
  queue: "dns",
  input: purgeInput,
  plan: async ({ hostnames }) => ({
    changes: [
      {
        action: "remove",
        kind: "cache",
        name: hostnames.join(", "),
        detail: "everything Cloudflare keeps of their zones",
      },
    ],
  }),
  apply: applyPurge,
  verify: async () => ({ ok: true, reason: "It was purged when it moved." }),
  undo: async () => {},
});

async function applyPurge({ hostnames }: PurgeInput, ctx: StepContext): Promise<{ zones: string[] }> {
  const zones = new Map<string, string>();
  for (const hostname of hostnames) {
    const zone = await findCloudflareZone(hostname, ctx.signal);
    if (zone) zones.set(zone.id, zone.name);
    else ctx.log.info(`Cloudflare has no zone above ${hostname} that the token sees`);
  }
  for (const [id, name] of zones) {
    await ctx.guard();
    await purgeEverything(id, ctx.signal);
    ctx.log.info(`Cloudflare has forgotten everything of ${name}`);
  }
  return { zones: [...zones.values()] };
}
