import type { Rule } from "./define-checklist.ts";
import type { ProvisionContext } from "./types.ts";

type ServiceRule = Rule<ProvisionContext>;

/** The published port that web pages come from: the first that nothing else is known to listen on. */
export const webPort = ({ ports }: ProvisionContext) =>
  ports.find((one) => one.protocol === "tcp" && one.published !== null && one.guarded === null)?.published ?? null;

export const noDatabase: ServiceRule = ({ answers }) =>
  answers.data.database === "none" ? "The service has no database." : undefined;
export const notPublic: ServiceRule = ({ answers }) =>
  answers.exposure.audience === "public" ? undefined : "The service is not exposed to the public internet.";
export const noCertificate: ServiceRule = ({ answers }) =>
  answers.exposure.certificate ? undefined : "No certificate was asked for.";
export const noIngress: ServiceRule = ({ ingress }) =>
  ingress.kind === "none" ? "The panel looks after no reverse proxy (INGRESS_KIND)." : undefined;
export const noWebPort: ServiceRule = (context) =>
  webPort(context) === null ? "It publishes no port for web pages." : undefined;
