import { config } from "#lib/platform/config/config.ts";
import { AppError } from "#lib/platform/errors.ts";
import type { SecretStore } from "../types.ts";
import { openBitwardenStore } from "./bitwarden.ts";
import { swarmStore } from "./swarm.ts";
import { usesBitwarden } from "./uses-bitwarden.ts";

/** Bitwarden Secrets Manager as the settings say. */
export function openBitwarden(): SecretStore {
  if (!usesBitwarden())
    throw new AppError({
      code: "secrets.no_bitwarden",
      message: "No Bitwarden Secrets Manager is set up.",
      advice: "Set BITWARDEN_ACCESS_TOKEN, BITWARDEN_ORGANIZATION_ID and BITWARDEN_PROJECT_ID, then retry this step.",
      retry: "needs_person",
    });
  const settings = config();
  return openBitwardenStore({
    apiUrl: settings.BITWARDEN_API_URL,
    identityUrl: settings.BITWARDEN_IDENTITY_URL,
    accessToken: settings.BITWARDEN_ACCESS_TOKEN,
    organizationId: settings.BITWARDEN_ORGANIZATION_ID,
    projectId: settings.BITWARDEN_PROJECT_ID,
  });
}

/** Every store that is set up. */
export const openStores = (): SecretStore[] => (usesBitwarden() ? [swarmStore, openBitwarden()] : [swarmStore]);
