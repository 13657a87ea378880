"use client";

import { ChevronDown, ChevronUp, Download, Search } from "lucide-react";
import type { RunPageAttempt, RunPageStep, RunPageView } from "#lib/runs/schema.ts";
import { apiPath } from "../../api-client.ts";
import { Button } from "../../ui/button.tsx";
import { DropdownMenu, DropdownMenuContent, DropdownMenuItem, DropdownMenuTrigger } from "../../ui/dropdown-menu.tsx";
import { Input } from "../../ui/input.tsx";
import { Select } from "../../ui/select.tsx";
import { Switch } from "../../ui/switch.tsx";
import type { LogSearch } from "./use-log-search.ts";

const ATTEMPT_WORDS: Record<RunPageAttempt["state"], string> = {
  running: "running",
  succeeded: "done",
  failed: "failed",
  lost: "its worker was lost",
  cancelled: "cancelled",
};

interface LogToolbarProps {
  run: RunPageView;
  step: RunPageStep;
  attempt: RunPageAttempt | undefined;
  onAttempt: (number: number) => void;
  search: LogSearch;
  follow: boolean;
  onFollow: (follow: boolean) => void;
  /** There is something to follow. */
  live: boolean;
  wrap: boolean;
  onWrap: (wrap: boolean) => void;
}

export function LogToolbar(props: LogToolbarProps) {
  const { run, step, attempt, onAttempt, search, follow, onFollow, live, wrap, onWrap } = props;
  return (
    <div className="flex flex-wrap items-center gap-x-3 gap-y-2 border-line border-b px-3 py-2">
      <h2 className="min-w-0 max-w-64 truncate font-medium" title={step.title}>
        <span className="sr-only">Log of </span>
        {step.title}
      </h2>
      {step.attempts.length > 1 ? (
        <Select
          aria-label="Attempt"
          className="w-auto"
          value={attempt?.number}
          onChange={(event) => onAttempt(Number(event.target.value))}
        >
          {step.attempts.map((one) => (
            <option key={one.id} value={one.number}>
              Try {one.number}: {ATTEMPT_WORDS[one.state]}
            </option>
          ))}
        </Select>
      ) : null}
      <FindField search={search} />
      <div className="ml-auto flex flex-wrap items-center gap-x-3 gap-y-2">
        {live ? <Switch label="Follow" checked={follow} onCheckedChange={onFollow} /> : null}
        <Switch label="Wrap" checked={wrap} onCheckedChange={onWrap} />
        <DownloadMenu run={run} step={step} attempt={attempt} />
      </div>
    </div>
  );
}

function FindField({ search }: { search: LogSearch }) {
  const { text, setText, wanted, go, at, count, more, isLooking, problem } = search;
  const said =
    problem ??
    (isLooking
      ? "Looking…"
      : count === 0
        ? "Nothing found"
        : `${at === undefined ? "" : `${at + 1} of `}${count}${more ? "+" : ""}${at === undefined ? " found" : ""}`);
  return (
    <div className="flex min-w-0 flex-1 basis-48 items-center gap-1">
      <div className="relative min-w-0 max-w-72 flex-1">
        <Search
          aria-hidden
          className="pointer-events-none absolute top-1/2 left-2 size-3.5 -translate-y-1/2 text-muted"
        />
        <Input
          type="search"
          aria-label="Find in the whole log"
          placeholder="Find…"
          value={text}
          maxLength={200}
          className="h-7 pl-7 text-sm"
          onChange={(event) => setText(event.target.value)}
          onKeyDown={(event) => {
            if (event.key === "Enter") go(event.shiftKey ? -1 : 1);
            if (event.key === "Escape") setText("");
          }}
        />
      </div>
      {wanted === "" ? null : (
        <>
          <Button
            size="icon-sm"
            variant="ghost"
            aria-label="Previous match"
            disabled={count === 0}
            onClick={() => go(-1)}
          >
            <ChevronUp aria-hidden />
          </Button>
          <Button size="icon-sm" variant="ghost" aria-label="Next match" disabled={count === 0} onClick={() => go(1)}>
            <ChevronDown aria-hidden />
          </Button>
        </>
      )}
      <span role="status" className="whitespace-nowrap text-muted text-xs tabular-nums">
        {wanted === "" ? "" : said}
      </span>
    </div>
  );
}

function DownloadMenu({ run, step, attempt }: Pick<LogToolbarProps, "run" | "step" | "attempt">) {
  return (
    <DropdownMenu>
      <DropdownMenuTrigger asChild>
        <Button size="icon-sm" variant="ghost" aria-label="Download" title="Download">
          <Download aria-hidden />
        </Button>
      </DropdownMenuTrigger>
      <DropdownMenuContent>
        {attempt ? (
          <DropdownMenuItem asChild>
            <a download href={apiPath("/attempts/{attemptId}/log.txt", { attemptId: attempt.id })}>
              This try
            </a>
          </DropdownMenuItem>
        ) : null}
        <DropdownMenuItem asChild>
          <a download href={apiPath("/steps/{stepId}/log.txt", { stepId: step.id })}>
            This step, every try
          </a>
        </DropdownMenuItem>
        <DropdownMenuItem asChild>
          <a download href={apiPath("/runs/{runId}/log", { runId: run.id })}>
            The whole run
          </a>
        </DropdownMenuItem>
      </DropdownMenuContent>
    </DropdownMenu>
  );
}
