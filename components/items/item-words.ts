import { formatRelative, formatSpan, plural } from "#lib/platform/format.ts";
import type { RunPageItem } from "#lib/runs/schema.ts";

export const EVIDENCE_WORDS: Record<RunPageItem["evidenceKind"], string> = {
  note: "a note",
  link: "a link",
  file: "a file",
};

/** `due in 3 days`, `due 2 days ago`. */
export const wordDue = (dueBy: string, now: number): string => `due ${formatRelative(Date.parse(dueBy), now)}`;

export const isOverdue = (dueBy: string | null, now: number): boolean => dueBy !== null && Date.parse(dueBy) <= now;

/** `15 min`, `2 hours`, `1 h 30 min`: not rounded, somebody chose it. */
export function wordEstimate(minutes: number): string {
  if (minutes < 60) return `${minutes} min`;
  const hours = Math.floor(minutes / 60);
  return minutes % 60 === 0 ? plural(hours, "hour") : `${hours} h ${minutes % 60} min`;
}

/** `planned 15 min, usually 22 min, took 12 min`: what of it is known. */
export function wordTimes({
  estimateMin,
  usualMs,
  actualMs,
}: Pick<RunPageItem, "estimateMin" | "usualMs" | "actualMs">) {
  return [
    estimateMin === null ? null : `planned ${wordEstimate(estimateMin)}`,
    usualMs === null ? null : `usually ${formatSpan(usualMs)}`,
    actualMs === null ? null : `took ${formatSpan(actualMs)}`,
  ]
    .filter(Boolean)
    .join(", ");
}

const twoDigits = (n: number) => String(n).padStart(2, "0");

/** The day of a moment where the reader is, for a date field: `2026-12-01`. */
export function toDay(at: string | null): string {
  if (!at) return "";
  const date = new Date(at);
  return `${date.getFullYear()}-${twoDigits(date.getMonth() + 1)}-${twoDigits(date.getDate())}`;
}

/** The end of a day where the reader is; null: none. */
export function endOfDay(day: string): string | null {
  const at = new Date(`${day}T23:59:59`);
  return day === "" || Number.isNaN(at.getTime()) ? null : at.toISOString();
}
