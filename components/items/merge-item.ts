import { diffWordsWithSpace } from "diff";

/** What people write at an item. */
export interface ItemDraft {
  note: string;
  /** ISO 8601 */
  dueBy: string | null;
}

export type ItemField = keyof ItemDraft;
export type Choice = "mine" | "theirs" | "both";

export const FIELD_WORDS: Record<ItemField, string> = { note: "Note", dueBy: "Due" };

/** A field that two people left differently. */
export interface Contested {
  field: ItemField;
  /** What I began with, mine and theirs. */
  base: string | null;
  mine: string | null;
  theirs: string | null;
  /** Who changed it since I began; else it is only one of us. */
  changedBy: "me" | "them" | "both";
}

/** Where my words and theirs differ. `base` is what I began with. */
export function compareDrafts(base: ItemDraft, mine: ItemDraft, theirs: ItemDraft): Contested[] {
  const fields: ItemField[] = ["note", "dueBy"];
  return fields
    .filter((field) => mine[field] !== theirs[field])
    .map((field) => {
      const iDid = mine[field] !== base[field];
      const theyDid = theirs[field] !== base[field];
      return {
        field,
        ...{ base: base[field], mine: mine[field], theirs: theirs[field] },
        changedBy: iDid && theyDid ? ("both" as const) : iDid ? ("me" as const) : ("them" as const),
      };
    });
}

/** What is chosen before anybody chooses: who alone changed something keeps it; both notes stay, one under the other. */
export const firstChoice = ({ field, changedBy, mine, theirs }: Contested): Choice => {
  if (changedBy === "them") return "theirs";
  return changedBy === "both" && field === "note" && mine && theirs ? "both" : "mine";
};

/** Both notes put together as chosen. */
export function mergeDrafts(mine: ItemDraft, theirs: ItemDraft, choices: ReadonlyMap<ItemField, Choice>): ItemDraft {
  const note = choices.get("note");
  return {
    note: note === "theirs" ? theirs.note : note === "both" ? `${theirs.note}\n\n${mine.note}`.trim() : mine.note,
    dueBy: choices.get("dueBy") === "theirs" ? theirs.dueBy : mine.dueBy,
  };
}

interface DiffPart {
  key: string;
  kind: "same" | "theirs" | "mine";
  text: string;
}

/** Word by word: what only they wrote, what only I did. */
export const diffNotes = (theirs: string, mine: string): DiffPart[] =>
  diffWordsWithSpace(theirs, mine).map((part, index) => ({
    key: `${index}`,
    kind: part.added ? "mine" : part.removed ? "theirs" : "same",
    text: part.value,
  }));
