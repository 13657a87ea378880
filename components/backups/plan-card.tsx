import { CircleAlert } from "lucide-react";
import { Card, CardBody, CardHeader } from "../ui/card.tsx";
import { cn } from "../ui/cn.ts";
import type { PlanLine } from "./restore-plan.ts";

interface PlanCardProps {
  lines: PlanLine[];
  /** "about 4 min 10 s". */
  time: string | null;
}

/** What will be done, in order, before anybody presses anything. */
export function PlanCard({ lines, time }: PlanCardProps) {
  return (
    <Card aria-label="This will happen" className="lg:sticky lg:top-4">
      <CardHeader
        title="This will happen"
        note={
          time
            ? `The restore takes ${time}, as its last proof did.`
            : "How long the restore takes is not known: it was never restored before."
        }
      />
      <CardBody>
        <ol className="grid gap-2.5">
          {lines.map((line, index) => (
            <li key={line.text} className="grid grid-cols-[1.25rem_minmax(0,1fr)] gap-x-1.5">
              <span aria-hidden className="text-muted tabular-nums">
                {index + 1}
              </span>
              <span className={cn("break-words", line.isGrave && "text-person")}>
                {line.isGrave ? <CircleAlert aria-hidden className="mr-1 inline size-3.5 align-[-2px]" /> : null}
                {line.text}
              </span>
            </li>
          ))}
        </ol>
      </CardBody>
    </Card>
  );
}
