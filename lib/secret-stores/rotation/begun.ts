import type { DockerService } from "#lib/integrations/docker/schema.ts";
import type { ServiceSpec } from "#lib/integrations/docker/services.ts";

/** Written before Docker is told anything. */
export interface Begun {
  /** Tasks that had ended before: their failures are not this roll-out's. */
  before: string[];
  /** As Docker had it, to be put back; names of secrets are in it, none of their values. */
  spec: ServiceSpec;
}

const imageOf = ({ TaskTemplate }: DockerService["Spec"]) => TaskTemplate?.ContainerSpec?.Image;

/** Whether what an earlier try found may be put back still. A release that came since must not be lost for it. */
export const isCurrent = ({ spec }: Begun, present: DockerService): boolean =>
  imageOf(spec as DockerService["Spec"]) === imageOf(present.Spec);

/** What a person is told after what ran before was put back. */
export const explainPutBack = (serves: boolean, oldOpens: boolean) => ({
  words: serves
    ? `What ran before serves again${oldOpens ? ", with the old value" : ""}.`
    : "What ran before was put back and does not serve either: look at the stack now.",
  advice: oldOpens
    ? "Mend what keeps the new tasks from starting, then retry this step, or enter another value. The old one is still valid."
    : "Mend what keeps the new tasks from starting, then retry this step. The old value opens nothing any more.",
});
