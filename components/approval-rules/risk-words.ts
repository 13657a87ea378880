import type { ApprovalRuleView } from "#lib/releases/types.ts";

export type Risk = NonNullable<ApprovalRuleView["risk"]>;

export const RISK_WORDS: Record<Risk, { name: string; hint: string }> = {
  none: { name: "No risk found", hint: "Neither the answers nor what was found says anything else" },
  schema: { name: "Schema change", hint: "Its migrations change the database’s schema" },
  infrastructure: { name: "Infrastructure change", hint: "Ports, volumes, replicas, limits or placement" },
  "data-loss": { name: "Data loss", hint: "Rows, columns or files may be gone afterwards" },
};
export const RISKS = Object.keys(RISK_WORDS) as Risk[];

/** "production", "every environment but staging". */
export const sayEnvironment = (environment: string | null): string => environment ?? "every environment but staging";

/** "whatever was found", "schema change". */
export const sayRisk = (risk: Risk | null): string => (risk === null ? "Whatever is found" : RISK_WORDS[risk].name);
