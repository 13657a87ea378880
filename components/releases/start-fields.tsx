"use client";

import type { DeploymentView } from "#lib/releases/types.ts";
import { ownTimeZone } from "../backups/time-zone-field.tsx";
import { Callout } from "../ui/callout.tsx";
import { Field, FieldGroup } from "../ui/field.tsx";
import { Input } from "../ui/input.tsx";
import { Radio, RadioGroup } from "../ui/radio-group.tsx";
import { ExactTime } from "../ui/relative-time.tsx";
import { useHydrated } from "../ui/use-now.ts";
import { fromLocal, toLocal } from "./proposal-draft.ts";

interface StartFieldsProps {
  isLater: boolean;
  startAt: string | null;
  onChange: (isLater: boolean, startAt: string | null) => void;
  calendar: { reason: string; until: string | null } | null;
  error: string | undefined;
}

/** When it may start: as soon as it is approved, or not before a moment. */
export function StartFields({ isLater, startAt, onChange, calendar, error }: StartFieldsProps) {
  const isHere = useHydrated();
  return (
    <div className="grid gap-4">
      {calendar ? <CalendarNotice calendar={calendar} /> : null}
      <FieldGroup label="When it starts">
        <RadioGroup
          aria-label="When it starts"
          value={isLater ? "later" : "soon"}
          onValueChange={(value) => onChange(value === "later", startAt)}
        >
          <Radio value="soon" label="As soon as it is approved" />
          <Radio value="later" label="Not before…" />
        </RadioGroup>
      </FieldGroup>
      {isLater ? (
        <Field
          label="Not before"
          why={isHere ? `In your time zone, ${ownTimeZone()}.` : "In your time zone."}
          error={error}
          className="sm:max-w-72"
          required
        >
          <Input
            type="datetime-local"
            value={isHere && startAt ? toLocal(startAt) : ""}
            onChange={({ target }) => onChange(true, fromLocal(target.value))}
          />
        </Field>
      ) : null}
    </div>
  );
}

interface CalendarNoticeProps {
  calendar: { reason: string; until: string | null };
  /** What would start; left out while it is only being thought of. */
  deployment?: Pick<DeploymentView, "state" | "expiresAt">;
}

/** That nothing may start now, why, and when that ends. */
export function CalendarNotice({ calendar: { reason, until }, deployment }: CalendarNoticeProps) {
  const isApproved = deployment !== undefined && deployment.state !== "proposed";
  const meanwhile = isApproved
    ? "It is approved and starts by itself then."
    : "It can be proposed and approved meanwhile and starts by itself then.";
  const expires = deployment && until && deployment.expiresAt < until ? deployment.expiresAt : null;
  return (
    <Callout tone="warning" title={reason}>
      {until ? (
        <>
          Nothing starts there before <ExactTime at={until} className="whitespace-nowrap font-medium" />.{" "}
          {expires ? (
            <span className="text-failed">
              It expires before that, <ExactTime at={expires} className="whitespace-nowrap" />: propose it again later.
            </span>
          ) : (
            meanwhile
          )}
        </>
      ) : (
        "Nothing starts there, and no end of it is known."
      )}
    </Callout>
  );
}
