"use client";

import dynamic from "next/dynamic";
import type { BackupBoardRow } from "#lib/backups/types.ts";
import { formatBytes } from "#lib/platform/format.ts";
import { Table, TableBody, TableHead, TableRow, Td, Th } from "../ui/table.tsx";
import { TableLink } from "../ui/table-link.tsx";
import { findMedian } from "./backup-words.ts";
import { Moment } from "./moment.tsx";

type Sizes = BackupBoardRow["sizes"];

// The chart's code is fetched after the page stands.
const Chart = dynamic(() => import("./size-chart.tsx").then((module) => module.SizeChart), { ssr: false });

/** Sizes over time with what was unusual marked; the same as a table below it. */
export function SizeFigure({ sizes, of }: { sizes: Sizes; of: string }) {
  const median = findMedian(sizes);
  if (sizes.length < 2 || median === null)
    return <p className="text-muted text-sm">Two backups make a trend: there is not one yet.</p>;
  const unusual = sizes.filter((one) => one.anomaly !== null).length;
  return (
    <figure className="min-w-0">
      <div aria-hidden className="h-40">
        <Chart sizes={sizes} median={median} />
      </div>
      <figcaption className="pt-1 text-muted text-sm">
        The last {sizes.length} sizes, usually {formatBytes(median)}
        {unusual === 0 ? "." : `; ${unusual === 1 ? "one" : unusual} far from it.`}
      </figcaption>
      <details className="pt-1">
        <summary className="w-fit text-muted text-sm">As a table</summary>
        <div className="mt-1 max-h-72 overflow-y-auto rounded-md border border-line">
          <Table label={`Sizes of the backups of ${of}`}>
            <TableHead>
              <Th>Taken</Th>
              <Th numeric>Size</Th>
              <Th>Unusual</Th>
            </TableHead>
            <TableBody>
              {sizes.toReversed().map((one) => (
                <TableRow key={one.id}>
                  <Td wide>
                    <TableLink href={`/backups/points/${one.id}`}>
                      <Moment at={one.at} />
                    </TableLink>
                  </Td>
                  <Td label="Size" numeric>
                    {formatBytes(one.sizeBytes)}
                  </Td>
                  <Td label="Unusual" className="text-person">
                    {one.anomaly ?? ""}
                  </Td>
                </TableRow>
              ))}
            </TableBody>
          </Table>
        </div>
      </details>
    </figure>
  );
}
