import { ExternalLink } from "lucide-react";
import { commitUrl, shortCommit } from "./release-words.ts";

interface CommitLinkProps {
  commitId: string;
  sourceUrl: string | null;
}

/** A commit, with a way to where its forge shows it. */
export function CommitLink({ commitId, sourceUrl }: CommitLinkProps) {
  const url = commitUrl(sourceUrl, commitId);
  const code = (
    <code title={commitId} className="text-[0.92em]">
      {shortCommit(commitId)}
    </code>
  );
  if (!url) return code;
  return (
    <a
      href={url}
      target="_blank"
      rel="noreferrer"
      className="relative inline-flex items-center gap-1 text-accent underline-offset-4 hover:underline"
    >
      {code}
      <ExternalLink aria-hidden className="size-3" />
      <span className="sr-only">in a new tab</span>
    </a>
  );
}
