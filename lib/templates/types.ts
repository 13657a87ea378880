import type { z } from "zod";
import type {
  checklistOutline,
  outlineItem,
  readMarkdownView,
  revisionView,
  templateList,
  templatePreview,
  templateSummary,
  templateView,
} from "./schema/views.ts";

export type OutlineItem = z.output<typeof outlineItem>;
export type ChecklistOutline = z.output<typeof checklistOutline>;
export type RevisionView = z.output<typeof revisionView>;
export type TemplateSummary = z.output<typeof templateSummary>;
export type TemplateList = z.output<typeof templateList>;
export type TemplateView = z.output<typeof templateView>;
export type TemplatePreview = z.output<typeof templatePreview>;
export type ReadMarkdown = z.output<typeof readMarkdownView>;
