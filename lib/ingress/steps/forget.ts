import { z } from "zod";
import { findAcmeEntries } from "#lib/integrations/ingress/traefik-acme.ts";
import { config } from "#lib/platform/config/config.ts";
import { defineStep } from "#lib/steps/define-step.ts";
import { forgetAcmeEntries } from "./forget-acme-entries.ts";

const forgetInput = z.strictObject({ hostnames: z.array(z.string().max(253)).max(200) });

/** What Traefik had certified by itself would be renewed for ever: its entry goes from acme.json, and stays gone. */
export const ingressForget = defineStep({
  name: "ingress.forget",
  queue: "provisioning",
  input: forgetInput,

  async plan({ hostnames }) {
    const path = config().TRAEFIK_ACME_JSON;
    const found = path ? await findAcmeEntries(path, hostnames) : [];
    return {
      changes: found.map((name) => ({ action: "remove" as const, kind: "acme.json entry", name, detail: path })),
    };
  },

  async apply({ hostnames }, ctx) {
    const path = config().TRAEFIK_ACME_JSON;
    if (!path) return { removed: [] };
    const removed = await forgetAcmeEntries(path, hostnames, ctx);
    if (removed.length === 0) ctx.log.info(`${path} has no entry of its own for it`);
    return { removed };
  },

  async verify({ hostnames }) {
    const path = config().TRAEFIK_ACME_JSON;
    const left = path ? await findAcmeEntries(path, hostnames) : [];
    return left.length === 0
      ? { ok: true, reason: "Traefik has no certificate of its own for its names." }
      : { ok: false, reason: `Traefik keeps certificates for ${left.join(", ")}.` };
  },

  async undo(_resources, _input, ctx) {
    ctx.log.info("Traefik gets a certificate anew when a router asks for one");
  },
});
