"use client";

import Link from "next/link";
import type { MoveView } from "#lib/moves/types.ts";
import { Badge } from "../ui/badge.tsx";
import { Card, CardBody, CardHeader } from "../ui/card.tsx";
import { RelativeTime } from "../ui/relative-time.tsx";
import { DowntimeBudget } from "./downtime-budget.tsx";
import { GoBackButton } from "./go-back-button.tsx";

const STATES: Record<MoveView["state"], { tone: "neutral" | "accent" | "done" | "person" | "failed"; word: string }> = {
  preparing: { tone: "accent", word: "preparing" },
  down: { tone: "person", word: "downtime" },
  switched: { tone: "accent", word: "serves on the new host" },
  moved: { tone: "done", word: "moved" },
  stopped: { tone: "failed", word: "stopped half-way" },
  "went-back": { tone: "neutral", word: "went back" },
};

const RunLink = ({ id, children }: { id: number; children: string }) => (
  <Link className="text-accent underline underline-offset-4" href={`/runs/${id}`}>
    {children} {id}
  </Link>
);

export function MoveList({ moves }: { moves: readonly MoveView[] }) {
  if (moves.length === 0) return null;
  return (
    <Card>
      <CardHeader title="Moves so far" />
      <ul className="grid divide-y divide-line">
        {moves.map((move) => (
          <li key={move.id} className="grid gap-2 px-4 py-3">
            <div className="flex flex-wrap items-center gap-x-3 gap-y-1">
              <span className="break-all font-medium">
                {move.environment}: {move.fromHost} → {move.toHost}
              </span>
              <Badge tone={STATES[move.state].tone}>{STATES[move.state].word}</Badge>
              <span className="text-muted text-sm">
                {move.requestedBy}, <RelativeTime at={move.createdAt} />
                {move.runId ? (
                  <>
                    {" · "}
                    <RunLink id={move.runId}>run</RunLink>
                  </>
                ) : null}
                {move.backRunId ? (
                  <>
                    {" · "}
                    <RunLink id={move.backRunId}>back with run</RunLink>
                  </>
                ) : null}
              </span>
            </div>
            {move.downSince || move.state === "preparing" ? <DowntimeBudget move={move} /> : null}
            {move.leftBehind && move.leftBehind.length > 0 ? (
              <p className="break-words text-muted text-sm">
                Still on {move.fromHost}, for you to take away when you are sure: {move.leftBehind.join(", ")}.
              </p>
            ) : null}
            {move.back.may ? (
              <div>
                <GoBackButton move={move} />
              </div>
            ) : null}
          </li>
        ))}
      </ul>
      <CardBody className="text-muted text-sm">Nothing of the old place is taken away by a move.</CardBody>
    </Card>
  );
}
