import { ListChecks, Play, Plus } from "lucide-react";
import Link from "next/link";
import { plural } from "#lib/platform/format.ts";
import type { TemplateList as List, TemplateSummary } from "#lib/templates/types.ts";
import { Badge } from "../ui/badge.tsx";
import { Button } from "../ui/button.tsx";
import { Card, CardHeader } from "../ui/card.tsx";
import { RelativeTime } from "../ui/relative-time.tsx";
import { Table, TableBody, TableHead, TableRow, Td, Th } from "../ui/table.tsx";
import { TableLink } from "../ui/table-link.tsx";

interface TemplateListProps {
  data: List;
  mayEdit: boolean;
  mayStart: boolean;
}

/** The checklists an organisation may arrange: the panel's, and its own. */
export function TemplateList({ data, mayEdit, mayStart }: TemplateListProps) {
  return (
    <Card className="overflow-hidden">
      <CardHeader
        title="Templates"
        note="What runs are made from. A published version is never changed; runs keep the one they began with."
        actions={
          <div className="flex flex-wrap gap-2">
            {mayStart ? (
              <Button asChild>
                <Link href="/checklists/new">
                  <Play aria-hidden /> Start a checklist
                </Link>
              </Button>
            ) : null}
            {mayEdit ? (
              <Button asChild variant="primary">
                <Link href="/checklists/templates/new">
                  <Plus aria-hidden /> New checklist
                </Link>
              </Button>
            ) : null}
          </div>
        }
      />
      <Table label="Templates">
        <TableHead>
          <Th>Checklist</Th>
          <Th>Version</Th>
          <Th numeric>Items</Th>
          <Th>Published</Th>
        </TableHead>
        <TableBody>
          {data.templates.map((one) => (
            <TemplateRow key={one.key} template={one} />
          ))}
        </TableBody>
      </Table>
    </Card>
  );
}

function TemplateRow({ template }: { template: TemplateSummary }) {
  const { key, title, purpose, own, items, current, draft } = template;
  return (
    <TableRow>
      <Td wide className="sm:max-w-96">
        <span className="flex items-center gap-2">
          <ListChecks aria-hidden className="size-4 shrink-0 text-muted" />
          <TableLink href={`/checklists/templates/${key}`} className="min-w-0 break-words">
            {title}
          </TableLink>
        </span>
        <span className="block pl-6 text-muted">{own ? "Your organisation’s own" : purpose}</span>
      </Td>
      <Td label="Version">
        <span className="flex flex-wrap items-center gap-1.5">
          {current ? `Version ${current.version}` : own ? "Not published" : "As the panel brings it"}
          {draft ? <Badge tone="person">draft</Badge> : null}
        </span>
      </Td>
      <Td label="Items" numeric title={plural(items, "item")}>
        {items}
      </Td>
      <Td label="Published" className={current?.publishedAt ? undefined : "max-sm:hidden"}>
        {current?.publishedAt ? (
          <>
            <RelativeTime at={current.publishedAt} />
            {current.publishedBy ? ` by ${current.publishedBy.name}` : null}
          </>
        ) : (
          <span className="text-muted">—</span>
        )}
      </Td>
    </TableRow>
  );
}
