import Link from "next/link";
import { describeHealthCheck } from "#lib/releases/format.ts";
import type { ReleaseView } from "#lib/releases/types.ts";
import { Card, CardBody, CardHeader, Fact, Facts } from "../ui/card.tsx";
import { MonoId } from "../ui/mono-id.tsx";
import { ExactTime, RelativeTime } from "../ui/relative-time.tsx";
import { CommitLink } from "./commit-link.tsx";
import { ImageLine } from "./image-line.tsx";
import { sayWho } from "./release-words.ts";

const none = <span className="text-muted">none</span>;

/** What the release is made of, and where it came from. */
export function ReleaseFacts({ release }: { release: ReleaseView }) {
  const { images, commitId, branch, sourceUrl, contentHash, runId } = release;
  return (
    <Card>
      <CardHeader title="What it is" note="It never changes: another content is another release." />
      <CardBody>
        <Facts>
          {Object.entries(images).map(([name, image]) => (
            <Fact key={name} name={name === "app" ? "Image" : `Image of ${name}`}>
              <ImageLine image={image} />
            </Fact>
          ))}
          <Fact name="Commit">{commitId ? <CommitLink commitId={commitId} sourceUrl={sourceUrl} /> : none}</Fact>
          {branch ? <Fact name="Branch">{branch}</Fact> : null}
          {sourceUrl ? (
            <Fact name="Source">
              <a
                href={sourceUrl}
                target="_blank"
                rel="noreferrer"
                className="break-all text-accent underline-offset-4 hover:underline"
              >
                {sourceUrl.replace(/^https?:\/\//, "")}
              </a>
            </Fact>
          ) : null}
          <Fact name="Made">
            <RelativeTime at={release.createdAt} /> {sayWho(release)}
            <span className="block text-muted text-sm">
              <ExactTime at={release.createdAt} />
            </span>
          </Fact>
          {contentHash ? (
            <Fact name="Content">
              <MonoId value={contentHash} what="hash of the content" />
            </Fact>
          ) : null}
          {runId === null ? null : (
            <Fact name="Run">
              <Link href={`/runs/${runId}`} className="text-accent underline-offset-4 hover:underline">
                Run {runId}
              </Link>
            </Fact>
          )}
        </Facts>
      </CardBody>
    </Card>
  );
}

/** What the app is given by this release, whatever the environment. */
export function TemplateCard({ release: { template, labels } }: { release: ReleaseView }) {
  const labelNames = Object.keys(labels).sort();
  return (
    <Card>
      <CardHeader title="What the app is given" note="The same in every environment." />
      <CardBody className="grid gap-3">
        <Facts>
          <Fact name="Secrets">
            {template.secrets.length > 0 ? <code className="break-words">{template.secrets.join(", ")}</code> : none}
          </Fact>
          <Fact name="Mounts">
            {template.mounts.length > 0
              ? template.mounts.map((mount) => (
                  <span key={mount.target} className="block">
                    <code className="break-all">{mount.target}</code>{" "}
                    <span className="text-muted text-sm">
                      {mount.kind} {mount.kind === "volume" ? mount.source : ""}
                      {mount.readOnly ? ", read only" : ""}
                    </span>
                  </span>
                ))
              : none}
          </Fact>
          <Fact name="Health check">
            {template.healthCheck ? (
              <code className="break-all text-sm">{describeHealthCheck(template.healthCheck)}</code>
            ) : (
              none
            )}
          </Fact>
          <Fact name="Database">{template.database?.engine ?? none}</Fact>
        </Facts>
        {labelNames.length > 0 ? (
          <details>
            <summary className="w-fit text-muted text-sm">
              {labelNames.length === 1 ? "One label of the image" : `${labelNames.length} labels of the image`}
            </summary>
            <dl className="mt-2 grid gap-1.5 text-sm">
              {labelNames.map((name) => (
                <div key={name}>
                  <dt className="break-all text-muted text-xs">{name}</dt>
                  <dd className="break-all">{labels[name]}</dd>
                </div>
              ))}
            </dl>
          </details>
        ) : null}
      </CardBody>
    </Card>
  );
}
