"use client";

import {
  type ColumnDef,
  createSortedRowModel,
  rowSortingFeature,
  type SortingState,
  sortFn_alphanumeric,
  sortFn_basic,
  tableFeatures,
  useTable,
} from "@tanstack/react-table";
import { parseAsString, useQueryState } from "nuqs";
import { type ReactNode, useMemo, useRef } from "react";
import { Table, TableBody, TableHead, TableRow, Td } from "../ui/table.tsx";
import { SortableTh } from "./sortable-th.tsx";
import { useRowKeys } from "./use-row-keys.ts";

const features = tableFeatures({
  rowSortingFeature,
  sortedRowModel: createSortedRowModel(),
  sortFns: { alphanumeric: sortFn_alphanumeric, basic: sortFn_basic },
});

export interface Column<Row> {
  id: string;
  header: string;
  cell: (row: Row) => ReactNode;
  /** What it is sorted by; without it the column does not sort. Rows without a value come last. */
  value?: (row: Row) => string | number | null;
  numeric?: boolean;
  /** As a card on a phone: across the whole width and without its label. */
  wide?: boolean;
  className?: string;
}

interface DataTableProps<Row> {
  label: string;
  columns: readonly Column<Row>[];
  rows: Row[];
  rowId: (row: Row) => string;
  /** Column id, with `-` in front for descending; the reader's choice is kept in the address. */
  defaultSort: string;
  /** Name of that part of the address, when a page has two tables. */
  sortParam?: string;
}

const toSorting = (sort: string): SortingState =>
  sort.startsWith("-") ? [{ id: sort.slice(1), desc: true }] : [{ id: sort, desc: false }];

/** A list that is here as a whole: sorts by its columns, walks with j and k, and becomes cards on a phone. */
export function DataTable<Row extends object>(props: DataTableProps<Row>) {
  const { label, columns, rows, rowId, defaultSort, sortParam = "sort" } = props;
  const [sort, setSort] = useQueryState(sortParam, parseAsString.withDefault(defaultSort));
  const body = useRef<HTMLTableSectionElement>(null);
  useRowKeys(body);
  const definitions = useMemo(
    () =>
      columns.map(
        (column): ColumnDef<typeof features, Row> => ({
          id: column.id,
          accessorFn: (row) => column.value?.(row) ?? undefined,
          enableSorting: column.value !== undefined,
          sortUndefined: "last",
          sortFn: "alphanumeric",
        }),
      ),
    [columns],
  );
  const sorting = useMemo(() => toSorting(sort), [sort]);
  const table = useTable({ features, columns: definitions, data: rows, state: { sorting }, getRowId: rowId });

  return (
    <Table label={label}>
      <TableHead>
        {columns.map((column) => (
          <SortableTh
            key={column.id}
            column={column.value ? column.id : undefined}
            sort={sort}
            onSort={(next) => void setSort(next)}
            numeric={column.numeric}
          >
            {column.header}
          </SortableTh>
        ))}
      </TableHead>
      <TableBody ref={body}>
        {table.getRowModel().rows.map((row) => (
          <TableRow key={row.id}>
            {columns.map((column) => (
              <Td
                key={column.id}
                {...(column.wide ? { wide: true } : { label: column.header })}
                numeric={column.numeric}
                className={column.className}
              >
                {column.cell(row.original)}
              </Td>
            ))}
          </TableRow>
        ))}
      </TableBody>
    </Table>
  );
}
