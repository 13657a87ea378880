import { isSqlKind } from "../constants.ts";

export interface MaskingFacts {
  engine: string;
  /** What the point's policy runs on copies that leave; null: nothing was said. */
  maskingSql: string | null;
  /** The policy the point is of; null: it is gone, or there never was one here. */
  policy: string | null;
}

/** Where nothing can be masked. */
export const BY_OTHER_MEANS =
  "Restore it where it comes from, or hand it to one person by a download link that expires.";
export const NOT_SQL = "Only MariaDB, MySQL and PostgreSQL can be masked: masking is SQL.";

/** Why no masked copy of a point can be made, and what to do instead; null: one can. */
export function explainNoMasking({ engine, maskingSql, policy }: MaskingFacts) {
  if (!isSqlKind(engine)) return { message: NOT_SQL, advice: BY_OTHER_MEANS };
  if (maskingSql?.trim()) return null;
  return policy === null
    ? {
        message: "It is of no policy that is there now, so there is no masking SQL for it.",
        advice: BY_OTHER_MEANS,
      }
    : {
        message: `Its policy “${policy}” has no masking SQL, so nothing would be masked.`,
        advice: "Write the masking into that policy, then restore.",
      };
}
