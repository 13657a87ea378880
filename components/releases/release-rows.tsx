"use client";

import { useRef } from "react";
import type { ReleaseListRow } from "#lib/releases/types.ts";
import { useRowKeys } from "../lists/use-row-keys.ts";
import { Badge } from "../ui/badge.tsx";
import { MonoId } from "../ui/mono-id.tsx";
import { RelativeTime } from "../ui/relative-time.tsx";
import { StateBadge } from "../ui/state-badge.tsx";
import { Table, TableBody, TableHead, TableRow, Td, Th } from "../ui/table.tsx";
import { TableLink } from "../ui/table-link.tsx";
import { CommitLink } from "./commit-link.tsx";
import { sayWho, stateOfRelease } from "./release-words.ts";

interface ReleaseRowsProps {
  serviceName: string;
  releases: readonly ReleaseListRow[];
}

/** Releases, the newest first, with where each runs now. */
export function ReleaseRows({ serviceName, releases }: ReleaseRowsProps) {
  const body = useRef<HTMLTableSectionElement>(null);
  useRowKeys(body);
  return (
    <Table label="Releases">
      <TableHead>
        <Th>Release</Th>
        <Th>Runs in</Th>
        <Th>Image</Th>
        <Th>Commit</Th>
        <Th numeric>Migrations</Th>
        <Th>Made</Th>
      </TableHead>
      <TableBody ref={body}>
        {releases.map((release) => (
          <ReleaseRow key={release.id} serviceName={serviceName} release={release} />
        ))}
      </TableBody>
    </Table>
  );
}

/** What a release brings, in one line: the first of its notes. */
const headline = (notes: string) => notes.split("\n").find((line) => line.trim() !== "");

function ReleaseRow({ serviceName, release }: { serviceName: string; release: ReleaseListRow }) {
  const { number, state, error, notes, image, digest, commitId, runsIn } = release;
  const shown = stateOfRelease(state);
  return (
    <TableRow>
      <Td wide className="max-w-80">
        <TableLink href={`/services/${serviceName}/releases/${number}`} className="whitespace-nowrap">
          Release {number}
        </TableLink>
        <span className="block truncate text-muted text-xs" title={error ?? notes}>
          {error ? <span className="text-failed">{error}</span> : (headline(notes) ?? "No notes")}
        </span>
      </Td>
      <Td label="Runs in">
        {state === "ready" ? (
          <span className="flex flex-wrap gap-1">
            {runsIn.length > 0 ? (
              runsIn.map((name) => (
                <Badge key={name} tone={name === "production" ? "done" : "accent"}>
                  {name}
                </Badge>
              ))
            ) : (
              <span className="text-muted">nowhere</span>
            )}
          </span>
        ) : (
          <StateBadge plain state={shown.state} word={shown.word} />
        )}
      </Td>
      <Td label="Image" className="max-w-72 max-sm:col-span-2">
        <code className="block truncate" title={image}>
          {image}
        </code>
        {digest ? <MonoId value={digest} what="digest" copy={false} className="text-muted text-xs" /> : null}
      </Td>
      <Td label="Commit" className="whitespace-nowrap">
        {commitId ? (
          <CommitLink commitId={commitId} sourceUrl={release.sourceUrl} />
        ) : (
          <span className="text-muted">–</span>
        )}
        {release.branch ? (
          <span className="block max-w-40 truncate text-muted text-xs" title={release.branch}>
            {release.branch}
          </span>
        ) : null}
      </Td>
      <Td label="Migrations" numeric>
        {release.migrations || <span className="text-muted">–</span>}
      </Td>
      <Td label="Made" className="text-muted">
        <span className="whitespace-nowrap">
          <RelativeTime at={release.createdAt} />
        </span>
        <span className="block max-w-44 truncate text-xs">{sayWho(release)}</span>
      </Td>
    </TableRow>
  );
}
