import type { Metadata } from "next";
import { createLoader, parseAsString, parseAsStringLiteral, type SearchParams } from "nuqs/server";
import { Suspense } from "react";
import { requireActor } from "#app/actor.ts";
import { TicksBoard } from "#components/ticks/board.tsx";
import { LoadingCard } from "#components/ui/loading-card.tsx";
import { BOARD_FILTERS, BOARD_SORTS } from "#lib/ticks/constants.ts";
import { listBoard } from "#lib/ticks/queries/list-board.ts";

export const metadata: Metadata = { title: "Checklists" };

const loadFilters = createLoader({
  q: parseAsString.withDefault(""),
  show: parseAsStringLiteral(BOARD_FILTERS),
  sort: parseAsStringLiteral(BOARD_SORTS).withDefault("worst"),
});

interface BoardPageProps {
  searchParams: Promise<SearchParams>;
}

export default function BoardPage(props: BoardPageProps) {
  return (
    <Suspense fallback={<LoadingCard label="Loading the board" />}>
      <Loaded {...props} />
    </Suspense>
  );
}

async function Loaded({ searchParams }: BoardPageProps) {
  const actor = await requireActor();
  const { q, show, sort } = await loadFilters(searchParams);
  const board = await listBoard(actor, { q, filter: show ?? undefined, sort });
  return <TicksBoard initialData={board} initialFilters={{ q, show: show ?? "", sort }} />;
}
