import type { DataChangeView } from "#lib/data-changes/types.ts";
import { formatCount } from "#lib/platform/format.ts";
import { Table, TableBody, TableHead, TableRow, Td, Th } from "../ui/table.tsx";

interface CountsTableProps {
  label: string;
  counts: NonNullable<DataChangeView["preview"]>["statements"];
}

/** Rows each statement touched. */
export function CountsTable({ label, counts }: CountsTableProps) {
  return (
    <div className="overflow-hidden rounded-md border border-line">
      <Table label={label}>
        <TableHead>
          <Th numeric>No.</Th>
          <Th>Statement</Th>
          <Th numeric>Rows</Th>
        </TableHead>
        <TableBody>
          {counts.map(({ line, verb, rows }, index) => (
            // biome-ignore lint/suspicious/noArrayIndexKey: a statement is its place
            <TableRow key={index}>
              <Td label="No." numeric className="w-14 text-muted">
                {index + 1}
              </Td>
              <Td label="Statement">
                {verb} <span className="text-muted">in line {line}</span>
              </Td>
              <Td label="Rows" numeric>
                {formatCount(rows)} {verb === "SELECT" ? <span className="text-muted">read</span> : null}
              </Td>
            </TableRow>
          ))}
        </TableBody>
      </Table>
    </div>
  );
}
