import { acmeAccountRoutes } from "./acme-account-routes.ts";
import { approvalsRoutes } from "./approvals-routes.ts";
import { auditRoutes } from "./audit-routes.ts";
import { backupPoliciesRoutes } from "./backup-policies-routes.ts";
import { backupProofsRoutes } from "./backup-proofs-routes.ts";
import { backupTargetsRoutes } from "./backup-targets-routes.ts";
import { backupsRoutes } from "./backups-routes.ts";
import { blockedNamesRoutes } from "./blocked-names-routes.ts";
import { calendarPreviewRoutes } from "./calendar-preview-routes.ts";
import { calendarRoutes } from "./calendar-routes.ts";
import { certificateFileRoutes } from "./certificate-file-routes.ts";
import { certificatesRoutes } from "./certificates-routes.ts";
import { dataChangesRoutes } from "./data-changes-routes.ts";
import { decommissionRoutes } from "./decommission-routes.ts";
import { deliveriesRoutes } from "./deliveries-routes.ts";
import { deliveryRoutes } from "./delivery-routes.ts";
import { deploymentsRoutes } from "./deployments-routes.ts";
import { documentRoutes } from "./document-routes.ts";
import { draftsRoutes } from "./drafts-routes.ts";
import { environmentsRoutes } from "./environments-routes.ts";
import { evidenceRoutes } from "./evidence-routes.ts";
import { homeRoutes } from "./home-routes.ts";
import { impactRoutes } from "./impact-routes.ts";
import { itemsRoutes } from "./items-routes.ts";
import { monitorsRoutes } from "./monitors-routes.ts";
import { movesRoutes } from "./moves-routes.ts";
import { readOnlyAccountsRoutes } from "./read-only-accounts-routes.ts";
import { readinessRoutes } from "./readiness-routes.ts";
import { recordsRoutes } from "./records-routes.ts";
import { registriesRoutes } from "./registries-routes.ts";
import { releaseWebhooksRoutes } from "./release-webhooks-routes.ts";
import { releasesRoutes } from "./releases-routes.ts";
import { repositoryRoutes } from "./repository-routes.ts";
import { restoresRoutes } from "./restores-routes.ts";
import { runLogRoutes } from "./run-log-routes.ts";
import { runsRoutes } from "./runs-routes.ts";
import { secretsRoutes } from "./secrets-routes.ts";
import { servicesRoutes } from "./services-routes.ts";
import { sessionRoutes } from "./session-routes.ts";
import { swarmRoutes } from "./swarm-routes.ts";
import { templatesRoutes } from "./templates-routes.ts";
import { ticksRoutes } from "./ticks-routes.ts";
import { tokenRoutes } from "./token-routes.ts";
import { userRoutes } from "./user-routes.ts";
import { zonesRoutes } from "./zones-routes.ts";

/** Every endpoint of the API. A route that is not here does not exist. */
export const ROUTES = [
  ...acmeAccountRoutes,
  ...approvalsRoutes,
  ...auditRoutes,
  ...backupPoliciesRoutes,
  ...backupProofsRoutes,
  ...backupsRoutes,
  ...backupTargetsRoutes,
  ...calendarPreviewRoutes,
  ...calendarRoutes,
  ...certificateFileRoutes,
  ...certificatesRoutes,
  ...blockedNamesRoutes,
  ...dataChangesRoutes,
  ...decommissionRoutes,
  ...deliveriesRoutes,
  ...deliveryRoutes,
  ...deploymentsRoutes,
  ...evidenceRoutes,
  ...documentRoutes,
  ...draftsRoutes,
  ...environmentsRoutes,
  ...movesRoutes,
  ...homeRoutes,
  ...impactRoutes,
  ...itemsRoutes,
  ...monitorsRoutes,
  ...readOnlyAccountsRoutes,
  ...recordsRoutes,
  ...registriesRoutes,
  ...releasesRoutes,
  ...releaseWebhooksRoutes,
  ...repositoryRoutes,
  ...restoresRoutes,
  ...runLogRoutes,
  ...runsRoutes,
  ...readinessRoutes,
  ...secretsRoutes,
  ...servicesRoutes,
  ...sessionRoutes,
  ...swarmRoutes,
  ...ticksRoutes,
  ...templatesRoutes,
  ...tokenRoutes,
  ...userRoutes,
  ...zonesRoutes,
] as const;

/** For the browser's client, imported as a type only. */
export type ApiRoutes = (typeof ROUTES)[number];
