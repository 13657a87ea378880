import { ROLE_WORDS } from "#lib/access/constants.ts";
import { plural } from "#lib/platform/format.ts";
import type { TemplateItem } from "#lib/templates/schema/content.ts";
import type { OutlineItem, RevisionView } from "#lib/templates/types.ts";

export const EVIDENCE_WORDS = { note: "a note", link: "a link", file: "a file" } as const;

export const isManual = (item: TemplateItem, brought: OutlineItem | undefined) =>
  item.kind === "own" || (brought !== undefined && brought.role !== null);

/** "staff · asks for a note · due after 3 days · about 30 min": what is to be known of an item in one line. */
export function describeItem(item: TemplateItem, brought: OutlineItem | undefined): string {
  if (!isManual(item, brought)) return "Done by the panel";
  const role = item.role ?? brought?.role ?? "staff";
  const evidence = item.evidence ?? brought?.evidence ?? "note";
  const dueDays = item.dueDays ?? brought?.dueDays ?? null;
  const minutes = item.estimateMinutes ?? brought?.estimateMinutes ?? null;
  return [
    ROLE_WORDS[role],
    `asks for ${EVIDENCE_WORDS[evidence]}`,
    ...(dueDays === null ? [] : [`due after ${plural(dueDays, "day")}`]),
    ...(minutes === null ? [] : [`about ${minutes} min`]),
  ].join(" · ");
}

/** "version 3", "draft", "as the panel brings it". */
export function nameVersion(revision: Pick<RevisionView, "version" | "state"> | null): string {
  if (revision === null) return "as the panel brings it";
  return revision.state === "draft" ? "draft" : `version ${revision.version}`;
}
