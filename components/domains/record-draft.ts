import { type RecordType, TTL_DEFAULT } from "#lib/dns/constants.ts";
import type { CheckRecord, RecordView } from "#lib/dns/types.ts";
import { joinName } from "./join-name.ts";
import { freshRow, joinParts, splitValue } from "./record-parts.ts";

/** What the form holds: text as it was typed, values in the parts of their type. */
export interface RecordDraft {
  suffix: string;
  label: string;
  type: RecordType;
  rows: string[][];
  ttl: string;
  description: string;
}

export const blankDraft = (suffix: string, type: RecordType): RecordDraft => ({
  suffix,
  label: "",
  type,
  rows: [freshRow(type)],
  ttl: String(TTL_DEFAULT),
  description: "",
});

export const draftOf = (record: RecordView): RecordDraft => ({
  suffix: record.name,
  label: "",
  type: record.type as RecordType,
  rows: record.values.map((value) => splitValue(record.type, value)),
  ttl: String(record.ttl),
  description: record.description,
});

/** The same as the server is asked about it. */
export const contentOf = (draft: RecordDraft): Omit<CheckRecord, "recordId"> => ({
  name: joinName(draft.label, draft.suffix),
  type: draft.type,
  ttl: Number(draft.ttl || "0"),
  values: draft.rows.map((row) => joinParts(draft.type, row)),
  description: draft.description,
});
