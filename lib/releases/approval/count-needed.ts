/** A rule that asks for so many approvals where it fits; null fits everything. */
export interface ApprovalRule {
  environment: string | null;
  risk: Risk | null;
  approvals: number;
}

export const RISKS = ["none", "schema", "infrastructure", "data-loss"] as const;
export type Risk = (typeof RISKS)[number];

/** The highest number any fitting rule asks for: rules add to each other's strictness, never to each other's laxness. */
export function countNeeded(
  rules: readonly ApprovalRule[],
  environment: string,
  risks: ReadonlySet<Risk>,
  raisedBy = 0,
): number {
  const fitting = rules.filter(
    (rule) =>
      (rule.environment === null || rule.environment === environment) && (rule.risk === null || risks.has(rule.risk)),
  );
  return Math.max(0, ...fitting.map(({ approvals }) => approvals)) + raisedBy;
}
