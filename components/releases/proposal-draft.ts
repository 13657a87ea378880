import { CONTRADICTION_EFFECTS } from "#lib/releases/constants.ts";
import type { ReviewAnswers } from "#lib/releases/schema/release.ts";
import type { EvidenceView } from "#lib/releases/types.ts";
import { QUESTIONS, type Question } from "./release-words.ts";

/** A moment as the browser's own field holds it, in the reader's zone: `2026-11-21T14:30`. */
export function toLocal(iso: string): string {
  const at = new Date(iso);
  const shifted = new Date(at.getTime() - at.getTimezoneOffset() * 60_000);
  return shifted.toISOString().slice(0, 16);
}

/** The moment a field in the reader's zone means; null: none yet. */
export function fromLocal(local: string): string | null {
  const at = new Date(local);
  return Number.isNaN(at.getTime()) ? null : at.toISOString();
}

/** The answers as the server takes them before they are complete: what is to be done by hand may still be being typed. */
export const answersToCompare = (answers: ReviewAnswers): ReviewAnswers => ({
  ...answers,
  ...(answers.manualSteps ? { manualText: answers.manualText.trim() || "…" } : { manualText: "" }),
});

/** The same as they are kept. */
export const answersToSend = (answers: ReviewAnswers): ReviewAnswers => ({
  ...answers,
  manualText: answers.manualSteps ? answers.manualText.trim() : "",
});

/** What is wrong with when it shall start; undefined: nothing. */
export function judgeStart(isLater: boolean, startAt: string | null, now: number): string | undefined {
  if (!isLater) return undefined;
  if (startAt === null) return "Give a date and a time.";
  return Date.parse(startAt) <= now ? "This moment has passed." : undefined;
}

export interface Contradiction {
  question: Question;
  effect: "blocks" | "raises";
}

/** Answers that what was found speaks against, as they are being given; the server judges them again. */
export const findContradictions = (answers: ReviewAnswers, evidence: EvidenceView["evidence"]): Contradiction[] =>
  QUESTIONS.filter((question) => !answers[question] && evidence[question].length > 0).map((question) => ({
    question,
    effect: CONTRADICTION_EFFECTS[question],
  }));
