import { Card } from "../ui/card.tsx";
import { Table, TableBody, TableHead, TableRow, Td, Th } from "../ui/table.tsx";

interface LabelsCardProps {
  before: Readonly<Record<string, string>>;
  after: Readonly<Record<string, string>>;
}

/** Labels of the image in which the two differ. */
export function LabelsCard({ before, after }: LabelsCardProps) {
  const names = [...new Set([...Object.keys(before), ...Object.keys(after)])]
    .filter((name) => before[name] !== after[name])
    .sort();
  if (names.length === 0) return null;
  return (
    <Card className="overflow-hidden">
      <details>
        <summary className="px-4 py-2.5">
          <span className="font-semibold">Labels of the image</span>{" "}
          <span className="text-muted text-sm">{names.length === 1 ? "one differs" : `${names.length} differ`}</span>
        </summary>
        <div className="border-line border-t">
          <Table label="Labels of the image">
            <TableHead>
              <Th>Label</Th>
              <Th>Now</Th>
              <Th>Then</Th>
            </TableHead>
            <TableBody>
              {names.map((name) => (
                <TableRow key={name}>
                  <Td wide className="break-all">
                    <code className="text-xs">{name}</code>
                  </Td>
                  <Td label="Now" className="break-all text-muted">
                    {before[name] ?? "–"}
                  </Td>
                  <Td label="Then" className="break-all">
                    {after[name] ?? "–"}
                  </Td>
                </TableRow>
              ))}
            </TableBody>
          </Table>
        </div>
      </details>
    </Card>
  );
}
