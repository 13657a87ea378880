import { CONTRADICTION_EFFECTS } from "../constants.ts";
import type { ReviewAnswers } from "../schema/release.ts";
import type { Risk } from "./count-needed.ts";

/** What was found by looking, a line for each finding. */
export interface ReviewEvidence {
  dataLoss: readonly string[];
  schemaChange: readonly string[];
  infrastructureChange: readonly string[];
}

interface Contradiction {
  question: keyof ReviewEvidence;
  /** blocks: the proposal is not taken with this answer. raises: one more person has to approve. */
  effect: "blocks" | "raises";
  evidence: readonly string[];
}

export interface CheckedAnswers {
  contradictions: Contradiction[];
  /** What has to be approved for: by the evidence, whatever was answered, and by the answers, whatever was found. */
  risks: Set<Risk>;
  blocked: boolean;
  raisedBy: number;
}

const QUESTIONS: readonly { question: keyof ReviewEvidence; risk: Risk }[] = [
  { question: "dataLoss", risk: "data-loss" },
  { question: "schemaChange", risk: "schema" },
  { question: "infrastructureChange", risk: "infrastructure" },
];

/** The form as it is offered: what was found is answered already. */
export const prefillAnswers = (evidence: ReviewEvidence): ReviewAnswers => ({
  dataLoss: evidence.dataLoss.length > 0,
  schemaChange: evidence.schemaChange.length > 0,
  infrastructureChange: evidence.infrastructureChange.length > 0,
  manualSteps: false,
  manualText: "",
});

/** Holds the answers against what was found. A "yes" without evidence is believed; a "no" against it is not. */
export function checkAnswers(answers: ReviewAnswers, evidence: ReviewEvidence): CheckedAnswers {
  const contradictions: Contradiction[] = [];
  const risks = new Set<Risk>();
  for (const { question, risk } of QUESTIONS) {
    const effect = CONTRADICTION_EFFECTS[question];
    const found = evidence[question];
    if (answers[question] || found.length > 0) risks.add(risk);
    if (!answers[question] && found.length > 0) contradictions.push({ question, effect, evidence: found });
  }
  if (risks.size === 0) risks.add("none");
  return {
    contradictions,
    risks,
    blocked: contradictions.some(({ effect }) => effect === "blocks"),
    raisedBy: contradictions.filter(({ effect }) => effect === "raises").length,
  };
}
