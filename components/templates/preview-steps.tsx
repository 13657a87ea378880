import type { TemplatePreview } from "#lib/templates/types.ts";
import { wordForRole } from "../runs/words.ts";
import { Card, CardHeader } from "../ui/card.tsx";
import { cn } from "../ui/cn.ts";
import { WhoIcon } from "./item-lines.tsx";

/** What would be done, in order, and what would be left out with the reason. */
export function PreviewSteps({ preview: { kind, about, steps } }: { preview: TemplatePreview }) {
  const done = steps.filter((step) => step.skipReason === null);
  const titles = new Map(steps.map((step) => [step.key, step.title]));
  return (
    <Card className="overflow-hidden">
      <CardHeader
        title={`For ${about}`}
        note={`${done.length} of ${steps.length} are done${kind === "items" ? "; what the panel leaves out by itself is not looked at here" : ""}.`}
      />
      <ol className="divide-y divide-line">
        {steps.map((step) => (
          <li key={step.key} className="grid gap-0.5 px-4 py-2">
            <p className={cn("flex items-start gap-2", step.skipReason !== null && "text-muted")}>
              <WhoIcon manual={step.manual} />
              <span className="min-w-0 break-words">{step.title}</span>
            </p>
            <p className="pl-6 text-muted text-sm">
              {step.skipReason !== null ? (
                <>Left out: {step.skipReason}</>
              ) : (
                [
                  ...(step.manual ? [`Needs ${wordForRole(step.role)}`] : []),
                  ...(step.dependsOn.length > 0
                    ? [`after ${step.dependsOn.map((key) => `“${titles.get(key) ?? key}”`).join(", ")}`]
                    : ["begins at once"]),
                ].join(" · ")
              )}
            </p>
          </li>
        ))}
      </ol>
    </Card>
  );
}
