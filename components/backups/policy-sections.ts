import type { SettingsDraft } from "./policy-draft.ts";

/** What each part of the policy's form is given. */
export interface SectionProps {
  draft: SettingsDraft;
  change: (fields: Partial<SettingsDraft>) => void;
  /** What is wrong at a path of the body, when it should be shown. */
  problem: (path: string) => string | undefined;
}
