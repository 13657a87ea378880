import type { CalendarRulePreview } from "#lib/releases/schema/calendar-preview.ts";
import type { CalendarRuleInput } from "#lib/releases/schema/release.ts";
import { formatInZone } from "../backups/zoned-time.ts";
import { Callout } from "../ui/callout.tsx";
import { Card, CardBody, CardHeader } from "../ui/card.tsx";
import { cn } from "../ui/cn.ts";
import { SkeletonRows } from "../ui/skeleton.tsx";
import { sayEffect, sayTime } from "./rule-words.ts";

interface RulePreviewProps {
  rule: CalendarRuleInput;
  preview: CalendarRulePreview | undefined;
  isReadable: boolean;
  isStale: boolean;
  timeZone: string;
}

/** What a rule does in words, and when it would hold next. */
export function RulePreview({ rule, preview, isReadable, isStale, timeZone }: RulePreviewProps) {
  return (
    <Card aria-label="What this gives" className="lg:sticky lg:top-4">
      <CardHeader title="What this gives" note={sayEffect(rule)} />
      {!isReadable ? (
        <CardBody>
          <p className="text-muted">It is shown here once the time is right.</p>
        </CardBody>
      ) : preview ? (
        <CardBody className={cn("grid grid-cols-1 gap-3 transition-opacity", isStale && "opacity-60")}>
          {rule.time.kind === "repeated" ? <p className="break-words text-sm">{sayTime(rule.time, timeZone)}</p> : null}
          {preview.holdsNow && rule.effect === "deny" ? (
            <Callout tone="warning" title="It holds at once">
              Deployments that are about to start wait for its end. What runs already goes on.
            </Callout>
          ) : null}
          {preview.next.length > 0 ? (
            <section>
              <h3 className="font-medium text-sm">Next, in {timeZone}</h3>
              <ol className="grid gap-2 pt-1 text-sm tabular-nums">
                {preview.next.map(({ from, until }) => (
                  <li key={from}>
                    <span className="block">{formatInZone(from, timeZone)}</span>
                    <span className="block text-muted">until {formatInZone(until, timeZone)}</span>
                  </li>
                ))}
              </ol>
            </section>
          ) : (
            <p className="text-muted">It lies in the past: it would never hold.</p>
          )}
          {rule.effect === "allow" ? (
            <p className="text-muted text-sm">Outside its windows nothing starts there any more.</p>
          ) : null}
        </CardBody>
      ) : (
        <SkeletonRows rows={4} label="Working it out" />
      )}
    </Card>
  );
}
