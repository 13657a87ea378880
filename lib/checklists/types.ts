import type { IngressKind } from "#lib/integrations/ingress/types.ts";
import type { RepositoryPlace } from "#lib/repository/types.ts";
import type { DatabaseEngine } from "#lib/services/constants.ts";
import type { Naming } from "#lib/services/naming.ts";
import type { Answers } from "#lib/services/schema/answers.ts";
import type { OutsideWatcher } from "#lib/watching/constants.ts";

/** A port of the answers, with where it is published. */
export interface ServicePort {
  container: number;
  protocol: "tcp" | "udp";
  purpose: string;
  /** Number on the node; null: reached inside the stack only. */
  published: number | null;
  /** What usually listens there and trusts whoever reaches it; null when nothing special does. */
  guarded: string | null;
}

/** What the provisioning checklist is compiled from. */
export interface ProvisionContext {
  answers: Answers;
  names: Naming;
  serviceId: string;
  ingressIpv4: string;
  /** The reverse proxy routes are brought to, and where it reaches published ports. */
  ingress: { kind: "none" | IngressKind; upstreamHost: string };
  databaseImages: Readonly<Record<DatabaseEngine, string>>;
  /** Every port of the answers with the number it is published on; null: not published. */
  ports: readonly ServicePort[];
  /** Folders can be packed: the setting BACKUP_HELPER_IMAGE names an image for it. */
  packsFolders: boolean;
  /** The swarm has one node, as far as it was observed: a volume is nowhere but where backups are read. */
  hasOneNode: boolean;
  /** Bitwarden Secrets Manager is set up. */
  bitwarden: boolean;
  /** Monitors at other systems that the panel can add a service to itself. */
  watchers: readonly OutsideWatcher[];
  /** Where the configuration repository keeps what; null: there is none. */
  repository: RepositoryPlace | null;
}
