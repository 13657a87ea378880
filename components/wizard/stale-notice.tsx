"use client";

import { findGroup } from "#lib/services/schema/answers.ts";
import { Button } from "../ui/button.tsx";
import { Callout } from "../ui/callout.tsx";
import { useDraft } from "./draft-context.tsx";
import type { Clash } from "./edits.ts";
import { formatAnswer } from "./format-answer.ts";

const questionOf = ({ group, field }: Clash) =>
  findGroup(group)?.questions.find((question) => question.field === field) ?? { field, title: field, why: "" };

/** Somebody else saved this draft: what came from them, and what was typed here and is not shown any more. */
export function StaleNotice() {
  const { notice, dismissNotice, change } = useDraft();
  if (!notice) return null;
  const pages = notice.changed.map((group) => findGroup(group)?.title ?? group).join(", ");
  const typed = (clash: Clash) => formatAnswer(questionOf(clash), clash.mine).join(", ") || "nothing";
  return (
    <div role="status" className="mb-4">
      <Callout
        tone="warning"
        title="This draft was changed in another window or by somebody else"
        actions={
          <Button size="sm" onClick={dismissNotice}>
            {notice.clashes.length > 0 ? "Keep theirs" : "All right"}
          </Button>
        }
      >
        <p>{pages ? `You now see their version of: ${pages}.` : "You now see their version."}</p>
        {notice.clashes.length > 0 ? (
          <ul className="grid gap-1 pt-1">
            {notice.clashes.map((clash) => (
              <li key={`${clash.group}.${clash.field}`} className="flex flex-wrap items-baseline gap-x-2">
                <span className="min-w-0 break-words">
                  You typed for “{questionOf(clash).title}”: <b className="font-medium">{typed(clash)}</b>
                </span>
                <Button
                  variant="link"
                  size="sm"
                  onClick={() => {
                    change(clash.group, { [clash.field]: clash.mine });
                    dismissNotice();
                  }}
                >
                  Use mine
                </Button>
              </li>
            ))}
          </ul>
        ) : null}
      </Callout>
    </div>
  );
}
