import Link from "next/link";
import type { ReactNode } from "react";
import { type State, StateIcon } from "../ui/state-badge.tsx";
import { formatPlace } from "./log/permalink.ts";

interface ChecklistRowProps {
  state: State;
  word: string;
  title: string;
  runId: number;
  stepKey: string;
  /** At the right: since when. */
  when: ReactNode;
  /** Below the title: why it is so. */
  children: ReactNode;
}

/** An item of a service's checklist; all of the row leads to its step. */
export function ChecklistRow({ state, word, title, runId, stepKey, when, children }: ChecklistRowProps) {
  return (
    <li className="relative flex items-start gap-3 px-4 py-2.5 hover:bg-hover">
      <span className="pt-0.5">
        <StateIcon state={state} word={word} />
      </span>
      <div className="min-w-0 flex-1">
        <Link
          href={`/runs/${runId}${formatPlace({ stepKey })}`}
          className="break-words font-medium after:absolute after:inset-0"
        >
          {title}
        </Link>
        {children}
      </div>
      {when ? <span className="shrink-0 text-right text-muted text-sm">{when}</span> : null}
    </li>
  );
}
