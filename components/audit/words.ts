import type { AuditPage } from "#lib/history/schema.ts";

type AuditEvent = AuditPage["events"][number];

/** The page of what an event was about, where there is one. */
export function pageOf({ subjectType, subjectId }: Pick<AuditEvent, "subjectType" | "subjectId">): string | undefined {
  if (subjectType === "run") return `/runs/${subjectId}`;
  if (subjectType === "record") return `/domains/records/${subjectId}`;
  if (subjectType === "certificate") return `/domains/certificates/${subjectId}`;
  return undefined;
}

/** `title: Back up pad, steps: 3`. */
export const describeDetail = (detail: Record<string, unknown>): string =>
  Object.entries(detail)
    .filter(([, value]) => value !== null && value !== "")
    .map(([name, value]) => `${name}: ${typeof value === "object" ? JSON.stringify(value) : String(value)}`)
    .join(", ");
