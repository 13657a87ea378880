"use client";

import { useDeferredValue, useId, useState } from "react";
import { sayTable } from "#lib/backups/format.ts";
import type { BackupPoint } from "#lib/backups/types.ts";
import { formatCount } from "#lib/platform/format.ts";
import { Button } from "../ui/button.tsx";
import { Card, CardHeader } from "../ui/card.tsx";
import { Input } from "../ui/input.tsx";
import { MonoId } from "../ui/mono-id.tsx";
import { Table, TableBody, TableHead, TableRow, Td, Th } from "../ui/table.tsx";

/** Tables shown before the reader asks for all. */
const SHOWN = 12;
/** More than this are found, not scrolled. */
const DRAWN_MAX = 500;

const WORDS: Record<string, [table: string, rows: string]> = {
  mongodb: ["Collection", "Documents"],
  redis: ["Database", "Keys"],
  files: ["What", "Files"],
  volume: ["What", "Files"],
};

const sayRange = ([least, most]: [number, number]) =>
  least === most ? formatCount(least) : `${formatCount(least)} – ${formatCount(most)}`;

function sayCounting({ counting, outsideSnapshot = [] }: NonNullable<BackupPoint["manifest"]>): string {
  if (counting === "range") return "Counted before and after, since they cannot be counted in one moment.";
  const inIt = "Counted in the same snapshot the backup was taken from";
  return `${inIt}${outsideSnapshot.length > 0 ? "; tables that are not transactional, beside it" : ""}.`;
}

/** How many rows each table had when it was taken, biggest first. */
export function CountsCard({ point }: { point: BackupPoint }) {
  const [text, setText] = useState("");
  const [isWhole, setWhole] = useState(false);
  const asked = useDeferredValue(text).trim().toLowerCase();
  const id = useId();
  const { manifest } = point;
  if (!manifest || Object.keys(manifest.counts).length === 0) return null;
  const [tableWord, rowWord] = WORDS[point.engine] ?? ["Table", "Rows"];
  const all = Object.entries(manifest.counts).sort(([a, x], [b, y]) => y[1] - x[1] || (a < b ? -1 : 1));
  const found = all.filter(([name]) => name.toLowerCase().includes(asked));
  const shown = found.slice(0, isWhole ? DRAWN_MAX : SHOWN);
  const hasSums = Object.keys(manifest.checksums).length > 0;
  return (
    <Card className="overflow-hidden">
      <CardHeader
        title={`${tableWord === "What" ? "Content" : `${tableWord}s and ${rowWord.toLowerCase()}`}`}
        note={sayCounting(manifest)}
        actions={
          all.length > SHOWN ? (
            <div className="w-full sm:w-64">
              <label htmlFor={id} className="sr-only">
                Find a {tableWord.toLowerCase()}
              </label>
              <Input
                id={id}
                type="search"
                placeholder={`Find a ${tableWord.toLowerCase()}`}
                value={text}
                onChange={(event) => setText(event.target.value)}
              />
            </div>
          ) : null
        }
      />
      <Table label={`${tableWord}s`}>
        <TableHead>
          <Th>{tableWord}</Th>
          <Th numeric>{rowWord}</Th>
          {hasSums ? <Th>Checksum</Th> : null}
        </TableHead>
        <TableBody>
          {shown.map(([name, range]) => (
            <TableRow key={name}>
              <Td wide className="max-w-96 break-all font-mono">
                {sayTable(name)}
              </Td>
              <Td label={rowWord} numeric className="whitespace-nowrap">
                {sayRange(range)}
              </Td>
              {hasSums ? (
                <Td label="Checksum" className={manifest.checksums[name] ? undefined : "max-sm:hidden"}>
                  {manifest.checksums[name] ? <MonoId value={manifest.checksums[name]} what="checksum" /> : "–"}
                </Td>
              ) : null}
            </TableRow>
          ))}
        </TableBody>
      </Table>
      <p role="status" className="px-4 py-2.5 text-muted text-sm">
        {found.length === 0 ? `No ${tableWord.toLowerCase()} matches.` : null}
        {found.length > shown.length && !isWhole ? (
          <Button variant="link" onClick={() => setWhole(true)}>
            Show{" "}
            {found.length > DRAWN_MAX
              ? `the first ${DRAWN_MAX} of ${formatCount(found.length)}`
              : `all ${formatCount(found.length)}`}
          </Button>
        ) : null}
        {isWhole && found.length > DRAWN_MAX
          ? `${formatCount(found.length - DRAWN_MAX)} more: find them by name.`
          : null}
      </p>
    </Card>
  );
}
