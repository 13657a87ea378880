import type { DifferenceView } from "#lib/releases/types.ts";
import { AREA_WORDS } from "./release-words.ts";

/** One thing in which contents differ, in up to three places. Null: it is not there. */
export interface DifferenceLine {
  area: DifferenceView["area"];
  name: string;
  change: DifferenceView["change"];
  /** What runs where it would go. */
  now: string | null;
  /** What is proposed. */
  next: string | null;
  /** What staging has; undefined: nothing is known of staging. */
  staging?: string | null;
}

interface MergedDifferences {
  /** What the proposal changes. */
  changed: DifferenceLine[];
  /** What is another in staging and stays as it is. */
  untouched: DifferenceLine[];
}

const AREAS = Object.keys(AREA_WORDS);
const keyOf = ({ area, name }: Pick<DifferenceView, "area" | "name">) => `${area} ${name}`;
const byArea = (one: DifferenceLine, other: DifferenceLine) =>
  AREAS.indexOf(one.area) - AREAS.indexOf(other.area) || one.name.localeCompare(other.name, "en", { numeric: true });

/** A migration is in staging when it ran there. */
const inStagingOf = ({ area, before }: DifferenceView, there: DifferenceView | undefined): string | null => {
  if (area === "migration") return there ? "ran" : null;
  return there ? there.after : before;
};

/**
 * The proposal's differences beside those of staging, both against what runs where it would go. What the proposal leaves alone
 * is kept apart: shown as changed, it would say that something happens to it.
 */
export function mergeDifferences(
  proposed: readonly DifferenceView[],
  staging: readonly DifferenceView[] | null,
): MergedDifferences {
  const inStaging = new Map(staging?.map((one) => [keyOf(one), one]));
  const changed = proposed.map((one): DifferenceLine => {
    const { area, name, change, before, after } = one;
    const line = { area, name, change, now: before, next: after };
    return staging ? { ...line, staging: inStagingOf(one, inStaging.get(keyOf(one))) } : line;
  });
  const known = new Set(proposed.map(keyOf));
  const untouched = (staging ?? [])
    .filter((one) => one.area !== "migration" && !known.has(keyOf(one)))
    .map(
      ({ area, name, change, before, after }): DifferenceLine => ({
        ...{ area, name, change, now: before, next: before },
        staging: after,
      }),
    );
  return { changed: changed.sort(byArea), untouched: untouched.sort(byArea) };
}
