import type { DeploymentView } from "#lib/releases/types.ts";
import { Badge } from "../ui/badge.tsx";
import { Card, CardBody, CardHeader } from "../ui/card.tsx";
import { QUESTION_WORDS, QUESTIONS } from "./release-words.ts";
import { Found } from "./review-questions.tsx";

/** The review as it was answered, each answer beside what was found about it. */
export function AnswersCard({ deployment }: { deployment: DeploymentView }) {
  const { answers, evidence, contradictions, kind } = deployment;
  if (kind !== "release") return null;
  return (
    <Card>
      <CardHeader title="Review" note="What was answered, beside what was found by looking." />
      <CardBody className="grid grid-cols-1 gap-4">
        {QUESTIONS.map((question) => {
          const told = contradictions.find((one) => one.question === question);
          return (
            <section key={question} aria-label={QUESTION_WORDS[question].ask}>
              <h3 className="flex flex-wrap items-center gap-2 font-medium">
                {QUESTION_WORDS[question].ask} <Answer isYes={answers[question]} />
              </h3>
              <Found lines={evidence[question]} />
              {told ? (
                <p className="pt-1 text-person text-sm">
                  The answer is not what was found: one more person has to approve for it.
                </p>
              ) : null}
            </section>
          );
        })}
        <section aria-label={QUESTION_WORDS.manualSteps.ask}>
          <h3 className="flex flex-wrap items-center gap-2 font-medium">
            {QUESTION_WORDS.manualSteps.ask} <Answer isYes={answers.manualSteps} />
          </h3>
          {answers.manualSteps ? (
            <p className="max-w-prose whitespace-pre-wrap pt-1 [overflow-wrap:anywhere]">{answers.manualText}</p>
          ) : null}
        </section>
      </CardBody>
    </Card>
  );
}

const Answer = ({ isYes }: { isYes: boolean }) => (
  <Badge tone={isYes ? "person" : "neutral"}>{isYes ? "Yes" : "No"}</Badge>
);
