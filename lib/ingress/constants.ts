import type { IngressKind } from "#lib/integrations/ingress/types.ts";

/** As people call them. */
export const INGRESS_LABELS = { caddy: "Caddy", traefik: "Traefik" } as const satisfies Record<IngressKind, string>;

/** Kinds of the ledger. */
export const INGRESS_RESOURCES = { route: "ingress.route", certificate: "ingress.certificate" } as const;

/** What a delivery to the panel's own ingress is called among the deliveries of a certificate. */
export const INGRESS_TARGET = "ingress";
