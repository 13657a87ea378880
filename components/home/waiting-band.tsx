import { CircleCheck } from "lucide-react";
import Link from "next/link";
import type { HomeView } from "#lib/services/types.ts";
import { Due } from "../items/item-facts.tsx";
import { nameDeployment } from "../releases/release-words.ts";
import type { WaitingForMe } from "../releases/use-approvals.ts";
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
  /** Until when it is to be done. */
  dueBy?: string | null;
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
function listWaiting(
  { steps, failedRuns, drafts }: HomeView["waiting"],
  { queue, dataChanges }: WaitingForMe,
): Waiting[] {
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
    ...queue.waiting.map(
      (one): Waiting => ({
        key: `deployment-${one.id}`,
        state: "person",
        word: one.why === "review" ? "Needs a review" : "Waits for approval",
        title: `${one.serviceName}: ${nameDeployment(one)}`,
        about:
          one.why === "review"
            ? `${one.requestedBy?.name ?? "Somebody"} broke the glass`
            : `Proposed by ${one.requestedBy?.name ?? "the panel"}, ${one.given} of ${one.needed} approvals`,
        at: one.createdAt,
        href: `/deployments/${one.id}`,
        act: "Review",
      }),
    ),
    ...dataChanges.map(
      (one): Waiting => ({
        key: `data-change-${one.id}`,
        state: "person",
        word: "Waits for you",
        title: `${one.service}: ${one.title}`,
        about: `Change of data in ${one.environment} by ${one.requestedBy.name}`,
        at: one.createdAt,
        href: `/data-changes/${one.id}`,
        act: "Open",
      }),
    ),
    ...steps.map(
      (step): Waiting => ({
        key: `step-${step.stepId}`,
        state: "person",
        word: "Needs a person",
        title: step.title,
        about: `${step.run.title} · ${step.isMine ? "yours" : asked(step.role)}`,
        at: step.readyAt,
        dueBy: step.dueBy,
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
export function WaitingBand({ waiting, approvals }: { waiting: HomeView["waiting"]; approvals: WaitingForMe }) {
  const items = listWaiting(waiting, approvals);
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
              <p className="line-clamp-2 break-words font-medium" title={item.title}>
                {item.title}
              </p>
              <p className="line-clamp-3 break-words text-muted text-sm">
                {item.dueBy ? (
                  <>
                    <Due at={item.dueBy} />
                    {" · "}
                  </>
                ) : null}
                {item.at ? (
                  <>
                    <RelativeTime at={item.at} />
                    {" · "}
                  </>
                ) : null}
                {item.about}
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
