import { CircleCheck } from "lucide-react";
import Link from "next/link";
import type { HomeView } from "#lib/services/types.ts";
import { formatPlace } from "../runs/log/permalink.ts";
import { Button } from "../ui/button.tsx";
import { Card } from "../ui/card.tsx";
import { RelativeTime } from "../ui/relative-time.tsx";
import { type State, StateIcon } from "../ui/state-badge.tsx";

interface Waiting {
  key: string;
  state: State;
  word: string;
  title: string;
  about: string;
  at: string | null;
  href: string;
  act: string;
}

const ROLES: Record<string, string> = {
  staff: "staff",
  manager: "a manager",
  dba: "a database administrator",
  admin: "an administrator",
};
const asked = (role: string | null) => `asks for ${(role && ROLES[role]) ?? "a person"}`;

/** More failed runs than this are a list of their own. */
const FAILED_SHOWN = 5;

/** Everything that waits for the reader, what broke first. */
function listWaiting({ steps, failedRuns, drafts }: HomeView["waiting"]): Waiting[] {
  return [
    ...failedRuns.slice(0, FAILED_SHOWN).map(
      (run): Waiting => ({
        key: `run-${run.id}`,
        state: "failed",
        word: "Failed",
        title: run.title,
        about: `Run ${run.id} stopped after ${run.stepsDone} of ${run.stepsTotal} steps`,
        at: run.finishedAt,
        href: `/runs/${run.id}`,
        act: "See why",
      }),
    ),
    ...steps.map(
      (step): Waiting => ({
        key: `step-${step.stepId}`,
        state: "person",
        word: "Needs a person",
        title: step.title,
        about: `${step.run.title} · ${asked(step.role)}`,
        at: step.readyAt,
        href: `/runs/${step.run.id}${formatPlace({ stepKey: step.stepKey })}`,
        act: "Confirm",
      }),
    ),
    ...drafts.map(
      (draft): Waiting => ({
        key: `draft-${draft.id}`,
        state: "waiting",
        word: "Draft",
        title: draft.name ?? "New service without a name",
        about: draft.service ? "Provisioning has not finished" : "A draft you began",
        at: draft.updatedAt,
        href: `/services/new/${draft.id}`,
        act: "Continue",
      }),
    ),
  ];
}

/** Band one: waiting for you. */
export function WaitingBand({ waiting }: { waiting: HomeView["waiting"] }) {
  const items = listWaiting(waiting);
  const more = waiting.failedRuns.length - FAILED_SHOWN;
  if (items.length === 0)
    return (
      <Card className="flex items-center gap-3 px-4 py-3.5">
        <CircleCheck aria-hidden className="size-4 text-done" />
        <p>Nothing waits for you.</p>
      </Card>
    );
  return (
    <Card>
      <ul className="divide-y divide-line">
        {items.map((item) => (
          <li key={item.key} className="flex items-center gap-3 px-4 py-2.5">
            <StateIcon state={item.state} word={item.word} />
            <div className="min-w-0 flex-1">
              <p className="truncate font-medium" title={item.title}>
                {item.title}
              </p>
              <p className="text-muted text-sm">
                {item.about}
                {item.at ? (
                  <>
                    {" · "}
                    <RelativeTime at={item.at} />
                  </>
                ) : null}
              </p>
            </div>
            <Button asChild size="sm">
              <Link href={item.href}>
                {item.act}
                <span className="sr-only">: {item.title}</span>
              </Link>
            </Button>
          </li>
        ))}
      </ul>
      {more > 0 ? (
        <Link href="/runs?state=failed" className="block border-line border-t px-4 py-2.5 text-accent hover:bg-hover">
          {more === 1 ? "One more run has failed" : `${more} more runs have failed`}
        </Link>
      ) : null}
    </Card>
  );
}
