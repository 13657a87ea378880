"use client";

import { Check, CircleX } from "lucide-react";
import Link from "next/link";
import { useEffect, useRef } from "react";
import type { GroupKey } from "#lib/services/constants.ts";
import type { DraftView } from "#lib/services/types.ts";
import { cn } from "../ui/cn.ts";
import { type StepState, stepStates } from "./step-states.ts";

const WORDS: Record<StepState, string> = {
  done: "answered",
  problems: "has problems",
  defaults: "not visited, the defaults stand",
};

interface StepBarProps {
  draft: DraftView;
  current: GroupKey;
  /** Paths of every known problem, such as `placement.image`. */
  problems: readonly string[];
}

/** Every page of the wizard, where the reader is, and which pages have something wrong. */
export function StepBar({ draft, current, problems }: StepBarProps) {
  const here = useRef<HTMLAnchorElement>(null);
  // biome-ignore lint/correctness/useExhaustiveDependencies: turning the page is what moves the bar
  useEffect(() => {
    here.current?.scrollIntoView({ block: "nearest", inline: "center" });
  }, [current]);
  return (
    <nav aria-label="Pages of the wizard" className="relative -mx-4 mb-4 overflow-x-auto px-4 sm:mx-0 sm:px-0">
      <ol className="flex min-w-max gap-1 border-line border-b">
        {stepStates(draft, problems).map(({ key, title, state }) => (
          <li key={key}>
            <Link
              ref={key === current ? here : undefined}
              href={`/services/new/${draft.id}/${key}`}
              aria-current={key === current ? "step" : undefined}
              className={cn(
                "-mb-px flex items-center gap-1.5 whitespace-nowrap border-transparent border-b-2 px-2 py-2 text-muted text-sm hover:text-ink",
                key === current && "border-accent font-medium text-ink",
              )}
            >
              <StepMark state={state} isCurrent={key === current} />
              {title}
              <span className="sr-only">{key === "review" ? "" : `, ${WORDS[state]}`}</span>
            </Link>
          </li>
        ))}
      </ol>
    </nav>
  );
}

function StepMark({ state, isCurrent }: { state: StepState; isCurrent: boolean }) {
  if (state === "problems") return <CircleX aria-hidden className="size-3.5 text-failed" />;
  if (state === "done") return <Check aria-hidden className="size-3.5 text-done" />;
  return (
    <span
      aria-hidden
      className={cn("mx-0.5 size-2.5 rounded-full border border-control", isCurrent && "border-accent bg-accent")}
    />
  );
}
