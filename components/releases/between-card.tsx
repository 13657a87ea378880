import { ExternalLink } from "lucide-react";
import Link from "next/link";
import type { ComparisonView } from "#lib/releases/types.ts";
import { Card, CardHeader } from "../ui/card.tsx";
import { RelativeTime } from "../ui/relative-time.tsx";
import { CommitLink } from "./commit-link.tsx";
import { compareUrl } from "./release-words.ts";

interface BetweenCardProps {
  serviceName: string;
  environment: string;
  /** After the one that runs, up to the one that is proposed, the newest first. */
  between: ComparisonView["between"];
  sourceUrl: string | null;
  /** Commits of what runs and of what is proposed. */
  from: string | null;
  to: string | null;
  hasRun?: boolean;
}

/** Everything that comes with it: the releases since the one that runs there, with what each brought. */
export function BetweenCard({
  serviceName,
  environment,
  between,
  sourceUrl,
  from,
  to,
  hasRun = false,
}: BetweenCardProps) {
  if (between.length === 0) return null;
  const url = compareUrl(sourceUrl, from, to);
  return (
    <Card className="overflow-hidden">
      <CardHeader
        title={hasRun ? "What it brought" : "What it brings"}
        note={`${between.length === 1 ? "One release" : `${between.length} releases`} that ${environment} ${hasRun ? "had" : "has"} not had.`}
        actions={
          url ? (
            <a
              href={url}
              target="_blank"
              rel="noreferrer"
              className="inline-flex items-center gap-1 text-accent text-sm underline-offset-4 hover:underline"
            >
              Commits between <ExternalLink aria-hidden className="size-3.5" />
              <span className="sr-only">in a new tab</span>
            </a>
          ) : null
        }
      />
      <ol className="divide-y divide-line">
        {between.map((release) => (
          <li key={release.id} className="grid grid-cols-1 gap-0.5 px-4 py-2.5">
            <p className="flex flex-wrap items-baseline gap-x-3">
              <Link
                href={`/services/${serviceName}/releases/${release.number}`}
                className="font-medium underline-offset-4 hover:underline"
              >
                Release {release.number}
              </Link>
              {release.commitId ? (
                <span className="text-sm">
                  <CommitLink commitId={release.commitId} sourceUrl={release.sourceUrl} />
                </span>
              ) : null}
              <span className="text-muted text-sm">
                <RelativeTime at={release.createdAt} />
                {release.by ? ` by ${release.by.name}` : ""}
              </span>
            </p>
            <p className="line-clamp-6 whitespace-pre-wrap text-sm [overflow-wrap:anywhere]">
              {release.notes.trim() || <span className="text-muted">No notes.</span>}
            </p>
          </li>
        ))}
      </ol>
    </Card>
  );
}
