import type { ReactNode } from "react";
import type { DataChangeView } from "#lib/data-changes/types.ts";
import { Card, CardBody, CardHeader } from "../ui/card.tsx";

/** What was written before anything is done. */
export function ReportCard({ change }: { change: DataChangeView }) {
  return (
    <Card aria-label="Before-action report">
      <CardHeader title="Before-action report" />
      <CardBody className="grid gap-4">
        <Passage title="What went wrong, and why">{change.cause}</Passage>
        <Passage title="The problem in the data">{change.problem}</Passage>
        <Passage title="What is done">{change.procedure}</Passage>
        <Passage title="How we see that it worked">{change.success}</Passage>
      </CardBody>
    </Card>
  );
}

export function Passage({ title, children }: { title: string; children: ReactNode }) {
  return (
    <div>
      <h3 className="pb-0.5 font-medium text-muted text-sm">{title}</h3>
      <p className="whitespace-pre-wrap break-words">
        {children || <span className="text-muted">Not written yet</span>}
      </p>
    </div>
  );
}
