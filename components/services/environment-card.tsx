import Link from "next/link";
import type { EnvironmentView } from "#lib/releases/types.ts";
import type { ServiceView } from "#lib/services/types.ts";
import { DriftNotice } from "../environments/drift-notice.tsx";
import { splitImage, TaskRows } from "../swarm/task-rows.tsx";
import { Card, CardHeader } from "../ui/card.tsx";
import { MonoId } from "../ui/mono-id.tsx";
import { RelativeTime } from "../ui/relative-time.tsx";
import { StaleAge } from "../ui/stale-age.tsx";
import { Replicas } from "./replicas.tsx";

type Environment = ServiceView["environments"][number];
type SwarmService = Environment["services"][number];

interface EnvironmentCardProps {
  environment: Environment;
  /** The same as releases know it; left out: the panel knows of nothing that was deployed there. */
  deployed?: EnvironmentView | undefined;
  serviceName: string;
  /** The host that runs it as a module, outside the swarm. */
  nixosHost: string | null;
}

/** One environment: each of its services in the swarm, with its tasks by node. */
export function EnvironmentCard({ environment, deployed, serviceName, nixosHost }: EnvironmentCardProps) {
  const current = deployed?.current;
  const seen = environment.services.map((each) => each.observedAt).sort()[0] ?? null;
  const title = environment.name.charAt(0).toUpperCase() + environment.name.slice(1);
  return (
    <Card className="min-w-0 overflow-hidden">
      <CardHeader
        title={title}
        note={
          <>
            {nixosHost ? "NixOS module" : `Stack ${environment.stackName}`}
            {current ? (
              <>
                {" · "}
                <Link
                  href={`/deployments/${current.deploymentId}`}
                  className="text-accent underline-offset-4 hover:underline"
                >
                  release {current.release.number}
                </Link>
              </>
            ) : null}
          </>
        }
        actions={<StaleAge at={seen} />}
      />
      {deployed?.drift ? (
        <div className="border-line border-b px-4 py-3">
          <DriftNotice serviceName={serviceName} environment={deployed} />
        </div>
      ) : null}
      {environment.services.length === 0 ? (
        <p className="px-4 py-3 text-muted">
          {nixosHost
            ? `It runs as a NixOS module on ${nixosHost}, outside the swarm.`
            : "Nothing of this stack runs in the swarm."}
        </p>
      ) : (
        environment.services.map((each) => (
          <SwarmServiceBlock key={each.name} service={each} name={each.name.replace(`${environment.stackName}_`, "")} />
        ))
      )}
    </Card>
  );
}

function SwarmServiceBlock({ service, name }: { service: SwarmService; name: string }) {
  const image = splitImage(service.image);
  return (
    <section aria-label={service.name} className="border-line border-b last:border-b-0">
      <div className="flex flex-wrap items-center gap-x-4 gap-y-1 bg-canvas px-4 py-2">
        <h3 className="font-medium" title={service.name}>
          {name}
        </h3>
        <Replicas running={service.running} desired={service.desired} />
        <span className="flex min-w-0 items-center gap-2 text-sm">
          <code className="truncate">{image.name}</code>
          {image.digest ? <MonoId value={image.digest} what="digest" className="text-muted" /> : null}
        </span>
        <span className="ml-auto whitespace-nowrap text-muted text-xs">
          since <RelativeTime at={service.updatedAt} />
        </span>
      </div>
      <TaskRows label={`Tasks of ${service.name}`} tasks={service.tasks} usualImage={service.image} />
    </section>
  );
}
