import type { Metadata } from "next";
import { createLoader, parseAsString, parseAsStringLiteral, type SearchParams } from "nuqs/server";
import { requireActor } from "#app/actor.ts";
import { BackupBoard } from "#components/backups/board.tsx";
import { BOARD_FILTERS, BOARD_SORTS } from "#lib/backups/constants.ts";
import { listBoard } from "#lib/backups/queries/list-board.ts";

export const metadata: Metadata = { title: "Backups" };

const loadFilters = createLoader({
  q: parseAsString.withDefault(""),
  show: parseAsStringLiteral(BOARD_FILTERS),
  sort: parseAsStringLiteral(BOARD_SORTS).withDefault("worst"),
});

export default async function BackupsPage({ searchParams }: { searchParams: Promise<SearchParams> }) {
  const actor = await requireActor();
  const { q, show, sort } = await loadFilters(searchParams);
  const board = await listBoard(actor, { q, filter: show ?? undefined, sort });
  return <BackupBoard initialData={board} initialFilters={{ q, show: show ?? "", sort }} />;
}
