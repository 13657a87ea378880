import type { GroupKey } from "#lib/services/constants.ts";
import type { DraftView } from "#lib/services/types.ts";

export type StepState = "done" | "problems" | "defaults";

/**
 * How each page stands. A page nobody has been to is not blamed for what is still missing there, only for what clashes;
 * the review is never done before the service is.
 */
export function stepStates(
  { groups }: Pick<DraftView, "groups">,
  problems: readonly string[],
): { key: GroupKey; title: string; state: StepState }[] {
  return groups.map(({ key, title, state }) => {
    if (key === "review") return { key, title, state: "defaults" };
    if (state === "empty") return { key, title, state: "defaults" };
    const isWrong = state === "problems" || problems.some((path) => path.startsWith(`${key}.`));
    return { key, title, state: isWrong ? "problems" : "done" };
  });
}
