import type { DeliveryView } from "#lib/releases/schema/delivery.ts";
import { Table, TableBody, TableHead, TableRow, Td, Th } from "../ui/table.tsx";
import { sayTime, sayWeek } from "./delivery-words.ts";

/** What the charts draw, for those who do not see them and for those who count. */
export function WeeksTable({ weeks }: { weeks: DeliveryView["weeks"] }) {
  return (
    <details>
      <summary className="w-fit text-muted text-sm">As a table</summary>
      <div className="mt-1 overflow-hidden rounded-md border border-line bg-surface">
        <Table label="Week by week">
          <TableHead>
            <Th>Week of</Th>
            <Th numeric>Deployments</Th>
            <Th numeric>Failed</Th>
            <Th numeric>Lead time</Th>
            <Th numeric>Time to restore</Th>
          </TableHead>
          <TableBody>
            {weeks.toReversed().map((week) => (
              <TableRow key={week.week}>
                <Td wide className="whitespace-nowrap">
                  {sayWeek(week.week)}
                </Td>
                <Td label="Deployments" numeric>
                  {week.deployments}
                </Td>
                <Td label="Failed" numeric>
                  {week.failed}
                </Td>
                <Td label="Lead time" numeric>
                  {sayTime(week.leadTimeS)}
                </Td>
                <Td label="Time to restore" numeric>
                  {sayTime(week.restoreS)}
                </Td>
              </TableRow>
            ))}
          </TableBody>
        </Table>
      </div>
    </details>
  );
}
