import { acmeAccountRoutes } from "./acme-account-routes.ts";
import { auditRoutes } from "./audit-routes.ts";
import { backupPoliciesRoutes } from "./backup-policies-routes.ts";
import { backupProofsRoutes } from "./backup-proofs-routes.ts";
import { backupTargetsRoutes } from "./backup-targets-routes.ts";
import { backupsRoutes } from "./backups-routes.ts";
import { blockedNamesRoutes } from "./blocked-names-routes.ts";
import { certificateFileRoutes } from "./certificate-file-routes.ts";
import { certificatesRoutes } from "./certificates-routes.ts";
import { deliveriesRoutes } from "./deliveries-routes.ts";
import { documentRoutes } from "./document-routes.ts";
import { draftsRoutes } from "./drafts-routes.ts";
import { homeRoutes } from "./home-routes.ts";
import { recordsRoutes } from "./records-routes.ts";
import { restoresRoutes } from "./restores-routes.ts";
import { runLogRoutes } from "./run-log-routes.ts";
import { runsRoutes } from "./runs-routes.ts";
import { servicesRoutes } from "./services-routes.ts";
import { sessionRoutes } from "./session-routes.ts";
import { swarmRoutes } from "./swarm-routes.ts";
import { tokenRoutes } from "./token-routes.ts";
import { userRoutes } from "./user-routes.ts";
import { zonesRoutes } from "./zones-routes.ts";

/** Every endpoint of the API. A route that is not here does not exist. */
export const ROUTES = [
  ...acmeAccountRoutes,
  ...auditRoutes,
  ...backupPoliciesRoutes,
  ...backupProofsRoutes,
  ...backupsRoutes,
  ...backupTargetsRoutes,
  ...certificateFileRoutes,
  ...certificatesRoutes,
  ...blockedNamesRoutes,
  ...deliveriesRoutes,
  ...documentRoutes,
  ...draftsRoutes,
  ...homeRoutes,
  ...recordsRoutes,
  ...restoresRoutes,
  ...runLogRoutes,
  ...runsRoutes,
  ...servicesRoutes,
  ...sessionRoutes,
  ...swarmRoutes,
  ...tokenRoutes,
  ...userRoutes,
  ...zonesRoutes,
] as const;

/** For the browser's client, imported as a type only. */
export type ApiRoutes = (typeof ROUTES)[number];
