import type { PreviewItem } from "#lib/services/types.ts";

export interface PreviewLine {
  key: string;
  mark: "create" | "person" | "skip";
  title: string;
  /** Why it is skipped, or who does it. */
  note: string | null;
}

const PEOPLE: Readonly<Record<string, string>> = {
  manager: "a manager",
  dba: "a database administrator",
  admin: "an administrator",
};

/** The preview as the page lists it: in order, each with what it is and why. */
export function previewLines(items: readonly PreviewItem[]): PreviewLine[] {
  return items.map((item) => {
    const { key, title } = item;
    if (item.skipReason !== null) return { key, mark: "skip", title, note: item.skipReason };
    if (item.name !== "manual") return { key, mark: "create", title, note: null };
    return { key, mark: "person", title, note: `by hand: ${PEOPLE[item.role ?? ""] ?? "a member of staff"}` };
  });
}

/** What happens, in order, and apart from it what is left out and why. */
export function splitLines(lines: readonly PreviewLine[]): { happening: PreviewLine[]; skipped: PreviewLine[] } {
  return {
    happening: lines.filter((line) => line.mark !== "skip"),
    skipped: lines.filter((line) => line.mark === "skip"),
  };
}

/** `7 by the panel, 2 by hand, 4 skipped`. */
export function countLines(lines: readonly PreviewLine[]): string {
  const count = (mark: PreviewLine["mark"]) => lines.filter((line) => line.mark === mark).length;
  const parts = [
    `${count("create")} by the panel`,
    ...(count("person") > 0 ? [`${count("person")} by hand`] : []),
    ...(count("skip") > 0 ? [`${count("skip")} skipped`] : []),
  ];
  return parts.join(", ");
}
