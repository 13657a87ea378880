import { config } from "#lib/platform/config/config.ts";

/** Whether Bitwarden Secrets Manager is set up. */
export const usesBitwarden = (): boolean => config().BITWARDEN_ACCESS_TOKEN !== "";
