import { config } from "#lib/platform/config/config.ts";
import { AppError } from "#lib/platform/errors.ts";
import { openCaddy } from "./caddy.ts";
import { openTraefik } from "./traefik.ts";
import type { Ingress, IngressKind } from "./types.ts";

/** The ingress of that kind that the settings name; a person is needed when they name none. */
export function openIngress(kind: IngressKind): Ingress {
  const { CADDY_ADMIN_URL, TRAEFIK_DYNAMIC_DIR } = config();
  if (kind === "caddy") return openCaddy(CADDY_ADMIN_URL);
  if (TRAEFIK_DYNAMIC_DIR) return openTraefik(TRAEFIK_DYNAMIC_DIR);
  throw new AppError({
    code: "ingress.not_set",
    message: "The folder that Traefik watches is not set.",
    advice: "Set TRAEFIK_DYNAMIC_DIR for the workers, then retry.",
    retry: "needs_person",
  });
}
