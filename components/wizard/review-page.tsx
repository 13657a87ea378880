"use client";

import { useEffect } from "react";
import { AnswersSummary } from "./answers-summary.tsx";
import { useDraft } from "./draft-context.tsx";
import { PlanCard } from "./plan-card.tsx";
import { WizardFrame } from "./wizard-frame.tsx";

/** The dry run beside the answers it comes from, and one button that does it. */
export function ReviewPage() {
  const { flush } = useDraft();
  useEffect(() => {
    void flush("review");
  }, [flush]);
  return (
    <WizardFrame current="review">
      <div className="grid grid-cols-1 items-start gap-4 lg:grid-cols-[minmax(0,1fr)_22rem]">
        <PlanCard />
        <AnswersSummary />
      </div>
    </WizardFrame>
  );
}
