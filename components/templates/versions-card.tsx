import Link from "next/link";
import type { RevisionView, TemplateView } from "#lib/templates/types.ts";
import { Badge } from "../ui/badge.tsx";
import { Card, CardHeader } from "../ui/card.tsx";
import { RelativeTime } from "../ui/relative-time.tsx";
import { WithdrawButton } from "./template-acts.tsx";
import { nameVersion } from "./template-words.ts";

const capitalise = (text: string) => text.charAt(0).toUpperCase() + text.slice(1);

/** Every version there was, with the way to see what changed. */
export function VersionsCard({ view, mayEdit }: { view: TemplateView; mayEdit: boolean }) {
  const root = `/checklists/templates/${encodeURIComponent(view.key)}`;
  return (
    <Card className="overflow-hidden">
      <CardHeader title="Versions" />
      <ul className="divide-y divide-line">
        {view.versions.map((version, index) => (
          <li key={version.version} className="grid gap-1 px-4 py-2.5">
            <p className="flex flex-wrap items-center gap-x-2 gap-y-1">
              <Link
                href={version.state === "draft" ? `${root}?version=draft` : `${root}?version=${version.version}`}
                className="font-medium text-accent underline underline-offset-4"
              >
                {capitalise(nameVersion(version))}
              </Link>
              <VersionMark version={version} />
              {mayEdit && version.current ? (
                <span className="ml-auto">
                  <WithdrawButton view={view} version={version.version} />
                </span>
              ) : null}
            </p>
            {version.note ? <p className="break-words text-sm">{version.note}</p> : null}
            <p className="text-muted text-sm">
              {version.publishedAt ? (
                <>
                  Published <RelativeTime at={version.publishedAt} />
                  {version.publishedBy ? ` by ${version.publishedBy.name}` : null}
                </>
              ) : (
                <>
                  Saved <RelativeTime at={version.updatedAt} />
                  {version.createdBy ? `, begun by ${version.createdBy.name}` : null}
                </>
              )}
              {" · "}
              <Link
                href={`${root}/compare?from=${earlierOf(view, index)}&to=${version.state === "draft" ? "draft" : version.version}`}
                className="text-accent underline underline-offset-4"
              >
                what changed
              </Link>
            </p>
          </li>
        ))}
        {view.own ? null : (
          <li className="px-4 py-2.5">
            <Link href={`${root}?version=built-in`} className="font-medium text-accent underline underline-offset-4">
              As the panel brings it
            </Link>
          </li>
        )}
      </ul>
    </Card>
  );
}

/** What a version is compared with unasked: the published one before it, or what the panel brings. */
function earlierOf(view: TemplateView, index: number): string {
  const earlier = view.versions.slice(index + 1).find((one) => one.state === "published");
  return earlier ? String(earlier.version) : "built-in";
}

function VersionMark({ version: { state, current } }: { version: RevisionView }) {
  if (current) return <Badge tone="done">in use</Badge>;
  if (state === "draft") return <Badge tone="person">draft</Badge>;
  return <Badge>{state === "withdrawn" ? "withdrawn" : "replaced"}</Badge>;
}
