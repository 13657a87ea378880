import { SubHeader } from "../releases/sub-header.tsx";
import type { Place } from "./use-config.ts";

/** Where one is below the service's tabs, and the way back. */
export function EnvironmentHeading({ place: { serviceName, environment } }: { place: Place }) {
  return (
    <SubHeader
      back={{ href: `/services/${serviceName}/environments`, label: "Environments" }}
      title={`Settings of ${environment}`}
      note="What this environment has of its own; everything else comes with a release. Each save is a version, and a version runs with the next deployment."
    />
  );
}
