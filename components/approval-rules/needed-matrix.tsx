import { Card, CardHeader } from "../ui/card.tsx";
import { Table, TableBody, TableHead, TableRow, Td, Th } from "../ui/table.tsx";
import { RISK_WORDS, type Risk } from "./risk-words.ts";

export interface NeededRow {
  environment: string;
  needed: Record<Risk, number>;
}

/** How many approvals it takes, by environment and what is at stake. */
export function NeededMatrix({ rows }: { rows: readonly NeededRow[] }) {
  const risks = Object.entries(RISK_WORDS) as [Risk, { name: string; hint: string }][];
  return (
    <Card className="overflow-hidden">
      <CardHeader
        title="What they give"
        note="Approvals a release needs. An answer that speaks against what was found raises the number by one, or is refused."
      />
      <Table label="Approvals needed">
        <TableHead>
          <Th>Environment</Th>
          {risks.map(([risk, { name, hint }]) => (
            <Th key={risk} numeric title={hint} className="whitespace-normal">
              {name}
            </Th>
          ))}
        </TableHead>
        <TableBody>
          {rows.map(({ environment, needed }) => (
            <TableRow key={environment}>
              <Td wide className="break-words font-medium">
                {environment}
              </Td>
              {risks.map(([risk, { name }]) => (
                <Td key={risk} label={name} numeric>
                  {needed[risk] === 0 ? <span className="text-muted">none</span> : needed[risk]}
                </Td>
              ))}
            </TableRow>
          ))}
        </TableBody>
      </Table>
    </Card>
  );
}
