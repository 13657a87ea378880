import Link from "next/link";
import type { DeploymentView } from "#lib/releases/types.ts";
import { Card, CardBody, CardHeader, Fact, Facts } from "../ui/card.tsx";
import { MonoId } from "../ui/mono-id.tsx";
import { ExactTime, RelativeTime } from "../ui/relative-time.tsx";
import { CommitLink } from "./commit-link.tsx";
import { ImageLine } from "./image-line.tsx";
import { isMoving, isOpen } from "./release-words.ts";

/** Who, what and when, for reference. */
export function DeploymentFacts({ deployment }: { deployment: DeploymentView }) {
  const { serviceName, release, source, environment, configVersion, previous, editors, requestedBy } = deployment;
  const others = editors.filter(({ id }) => id !== requestedBy?.id);
  const link = "text-accent underline-offset-4 hover:underline";
  return (
    <Card>
      <CardHeader title="Facts" />
      <CardBody>
        <Facts className="grid-cols-[5.5rem_minmax(0,1fr)]">
          <Fact name="Release">
            <Link href={`/services/${serviceName}/releases/${release.number}`} className={link}>
              Release {release.number}
            </Link>
            {source.commitId ? (
              <span className="pl-2 text-sm">
                <CommitLink commitId={source.commitId} sourceUrl={source.sourceUrl} />
              </span>
            ) : null}
          </Fact>
          {Object.entries(deployment.content.images).map(([name, image]) => (
            <Fact key={name} name={name === "app" ? "Image" : `Image of ${name}`}>
              <ImageLine image={image} className="text-sm" />
            </Fact>
          ))}
          <Fact name="Settings">
            <Link href={`/services/${serviceName}/environments/${environment}`} className={link}>
              version {configVersion}
            </Link>
          </Fact>
          <Fact name="Asked for">
            {requestedBy?.name ?? "the panel"}
            <span className="block text-muted text-sm">
              <ExactTime at={deployment.createdAt} />
            </span>
          </Fact>
          {others.length > 0 ? <Fact name="Edited by">{others.map(({ name }) => name).join(", ")}</Fact> : null}
          {deployment.startAt ? (
            <Fact name="Not before">
              <ExactTime at={deployment.startAt} />
            </Fact>
          ) : null}
          {isOpen(deployment) ? (
            <Fact name="Expires">
              <RelativeTime at={deployment.expiresAt} />
              <span className="block text-muted text-sm">
                <ExactTime at={deployment.expiresAt} />
              </span>
            </Fact>
          ) : null}
          {previous ? (
            <Fact name={isOpen(deployment) || isMoving(deployment) ? "Replaces" : "Replaced"}>
              <Link href={`/deployments/${previous.id}`} className={link}>
                release {previous.releaseNumber}
              </Link>
            </Fact>
          ) : null}
          <Fact name="Seal">
            <MonoId value={deployment.seal} what="seal" />
          </Fact>
          <Fact name="Id">
            <MonoId value={deployment.id} what="id" />
          </Fact>
        </Facts>
      </CardBody>
    </Card>
  );
}
