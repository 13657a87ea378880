import type { EnvironmentView } from "#lib/releases/types.ts";

interface Promotion {
  /** The environment it comes from. */
  from: string;
  number: number;
  /** How many releases lie between: "1 release". */
  ahead: string;
}

const PRODUCTION = "production";
const STAGING = "staging";

/** What staging runs that production does not have yet; null: nothing newer, or production is busy. */
export function findPromotion(environments: readonly EnvironmentView[], to: EnvironmentView): Promotion | null {
  if (to.name !== PRODUCTION || !to.current || to.movingId) return null;
  const newer = environments.find(({ name }) => name === STAGING)?.current?.release.number;
  const distance = (newer ?? 0) - to.current.release.number;
  if (newer === undefined || distance <= 0) return null;
  return { from: "Staging", number: newer, ahead: distance === 1 ? "1 release" : `${distance} releases` };
}
