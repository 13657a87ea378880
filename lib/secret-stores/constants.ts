/** Kinds in the ledger. */
export const KINDS = { bitwarden: "bitwarden.secret" } as const;
