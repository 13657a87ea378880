/** What of a restore point says which policy it came from. */
export interface PointOrigin {
  policyId: string | null;
  policy: string;
}

/** Of several policies of one place the one the point came from, else the one called the same, else the first. */
export const pickDestination = <Row extends { id: string; name: string }>(
  rows: readonly Row[],
  point: PointOrigin,
): Row | undefined =>
  rows.find(({ id }) => id === point.policyId) ?? rows.find(({ name }) => name === point.policy) ?? rows[0];
