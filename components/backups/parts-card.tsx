import type { BackupPoint } from "#lib/backups/types.ts";
import { formatBytes } from "#lib/platform/format.ts";
import { Card, CardHeader } from "../ui/card.tsx";
import { MonoId } from "../ui/mono-id.tsx";
import { Table, TableBody, TableHead, TableRow, Td, Th } from "../ui/table.tsx";

/** What a part holds, for those who have not met the names. */
const PART_WORDS: Record<string, string> = {
  database: "everything in the database",
  globals: "roles of the server",
  files: "the folder as an archive",
  list: "a hash of every file",
  keys: "the panel’s keys",
  dump: "all keys and values",
};

/** The objects it is made of, as the manifest says. */
export function PartsCard({ point: { manifest } }: { point: BackupPoint }) {
  if (!manifest) return null;
  return (
    <Card className="overflow-hidden">
      <CardHeader
        title="Parts"
        note={`Stored with ${manifest.compression === "none" ? "no compression" : manifest.compression}; the manifest, written last, says what they must be.`}
      />
      <Table label="Parts">
        <TableHead>
          <Th>Object</Th>
          <Th numeric>Size</Th>
          <Th>SHA-256</Th>
        </TableHead>
        <TableBody>
          {manifest.parts.map((part) => (
            <TableRow key={part.key}>
              <Td wide className="max-w-96">
                <code className="block truncate text-sm" title={part.key}>
                  {part.key.split("/").at(-1)}
                </code>
                <span className="text-muted text-xs">{PART_WORDS[part.name] ?? part.name}</span>
              </Td>
              <Td label="Size" numeric className="whitespace-nowrap">
                {formatBytes(part.sizeBytes)}
              </Td>
              <Td label="SHA-256">
                <MonoId value={part.sha256} what="SHA-256" />
              </Td>
            </TableRow>
          ))}
        </TableBody>
      </Table>
    </Card>
  );
}
