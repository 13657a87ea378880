import type { z } from "zod";
import type { runLink } from "#lib/runs/schema.ts";
import type {
  draftCheck,
  draftSummary,
  draftView,
  homeView,
  previewItem,
  servicePage,
  serviceSummary,
  serviceView,
  wizardChoices,
} from "./schema/views.ts";

export type RunLink = z.output<typeof runLink>;
export type DraftView = z.output<typeof draftView>;
export type DraftSummary = z.output<typeof draftSummary>;
export type DraftCheck = z.output<typeof draftCheck>;
export type PreviewItem = z.output<typeof previewItem>;
export type WizardChoices = z.output<typeof wizardChoices>;
export type ServiceSummary = z.output<typeof serviceSummary>;
export type ServicePage = z.output<typeof servicePage>;
export type ServiceView = z.output<typeof serviceView>;
export type HomeView = z.output<typeof homeView>;
