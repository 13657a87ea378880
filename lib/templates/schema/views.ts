import { z } from "zod";
import { EVIDENCE_KINDS } from "#lib/runs/types.ts";
import { ITEM_ROLES, REVISION_STATES } from "../constants.ts";
import { templateContentSchema } from "./content.ts";

const instant = z.iso.datetime();
const person = z.object({ id: z.string(), name: z.string() });

/** An item the panel brings, as far as it can be told without anybody's answers. */
export const outlineItem = z.object({
  key: z.string(),
  step: z.string(),
  about: z.string(),
  dependsOn: z.array(z.string()),
  needs: z.array(z.string()),
  role: z.enum(ITEM_ROLES).nullable(),
  evidence: z.enum(EVIDENCE_KINDS).nullable(),
  estimateMinutes: z.number().int().nullable(),
  dueDays: z.number().int().nullable(),
  /** Becomes one step for each of several things. */
  repeated: z.boolean(),
  /** Some answers leave it out. */
  conditional: z.boolean(),
  /** No arrangement leaves it out. */
  essential: z.boolean(),
});

export const checklistOutline = z.object({
  key: z.string(),
  version: z.number().int(),
  title: z.string(),
  purpose: z.string(),
  items: z.array(outlineItem),
});

/** A version of a checklist's arrangement, without its items. */
export const revisionView = z.object({
  version: z.number().int(),
  state: z.enum(REVISION_STATES),
  title: z.string(),
  note: z.string(),
  rev: z.number().int(),
  items: z.number().int(),
  createdBy: person.nullable(),
  updatedAt: instant,
  publishedBy: person.nullable(),
  publishedAt: instant.nullable(),
  /** New runs are made with it. */
  current: z.boolean(),
});

export const templateSummary = z.object({
  key: z.string(),
  title: z.string(),
  purpose: z.string(),
  own: z.boolean(),
  /** Items as they are published, or as the panel brings them. */
  items: z.number().int(),
  current: revisionView.nullable(),
  draft: revisionView.nullable(),
  /** Somebody starts it on its own; the others belong to what starts them. */
  startable: z.boolean(),
});

export const templateList = z.object({ templates: z.array(templateSummary) });

export const templateView = z.object({
  key: z.string(),
  title: z.string(),
  own: z.boolean(),
  startable: z.boolean(),
  outline: checklistOutline,
  /** The revision whose items these are; null: as the panel brings them. */
  shown: revisionView.nullable(),
  content: templateContentSchema,
  /** The newest first. */
  versions: z.array(revisionView),
});

/** What the items would be for one service's answers. */
export const templatePreview = z.object({
  /** `run`: the steps of a run; `items`: the items, with the organisation's conditions asked and nothing else. */
  kind: z.enum(["run", "items"]),
  about: z.string(),
  steps: z.array(
    z.object({
      key: z.string(),
      title: z.string(),
      manual: z.boolean(),
      role: z.string().nullable(),
      dependsOn: z.array(z.string()),
      skipReason: z.string().nullable(),
    }),
  ),
});

export const readMarkdownView = z.object({
  title: z.string().nullable(),
  content: templateContentSchema,
  /** Lines that became nothing, as they were written. */
  leftOut: z.array(z.string()),
});
