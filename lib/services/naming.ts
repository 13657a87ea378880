import { DATABASE_SECRETS, type DatabaseEngine } from "./constants.ts";

/** What the conventions are built from besides the service's name. */
export interface NamingContext {
  rootDomain: string;
  servicesRoot: string;
}

export const ENVIRONMENT = "production";
/** Longest user name every supported database accepts. */
const DATABASE_USER_MAX = 31;

/** `services.pad-notes.db_pass` in production, `services.pad-notes.staging.db_pass` elsewhere: in the panel and in the swarm. */
export const secretFullName = (serviceName: string, secret: string, environment: string = ENVIRONMENT) =>
  environment === ENVIRONMENT
    ? `services.${serviceName}.${secret}`
    : `services.${serviceName}.${environment}.${secret}`;
/** Where a draft keeps a value until the service exists. */
export const draftSecretName = (draftId: string, secret: string) => `drafts.${draftId}.${secret}`;

const stackNameOf = (serviceName: string, environment: string = ENVIRONMENT) => `${serviceName}-${environment}`;
/** The one folder of the host that an environment's containers may have. */
export const folderOf = (serviceName: string, servicesRoot: string, environment: string = ENVIRONMENT) =>
  `${servicesRoot.replace(/\/+$/, "")}/${environment === ENVIRONMENT ? serviceName : stackNameOf(serviceName, environment)}`;
const hostnameOf = (serviceName: string, rootDomain: string, environment: string) =>
  environment === ENVIRONMENT ? `${serviceName}.${rootDomain}` : `${environment}.${serviceName}.${rootDomain}`;
/** Only production has a name that leads past whatever stands in front of it. */
const directHostnameOf = (serviceName: string, rootDomain: string, environment: string) =>
  environment === ENVIRONMENT ? `direct.${serviceName}.${rootDomain}` : null;
/** As `docker stack deploy` would name it. */
export const volumeOf = (stackName: string, volume: string) => `${stackName}_${volume}`;
/** Database and user: the slug with underscores, so that nobody has to quote it. */
const databaseNameOf = (serviceName: string) => serviceName.replaceAll("-", "_").slice(0, DATABASE_USER_MAX);

/** Every convention that follows from a service's name, in one place. */
export function nameEverything(serviceName: string, context: NamingContext, environment: string = ENVIRONMENT) {
  const stackName = stackNameOf(serviceName, environment);
  const [password, rootPassword] = DATABASE_SECRETS;
  return {
    serviceName,
    environment,
    stackName,
    networkName: `${stackName}_default`,
    appService: `${stackName}_app`,
    databaseService: `${stackName}_db`,
    databaseVolume: volumeOf(stackName, "db"),
    databaseName: databaseNameOf(serviceName),
    databaseUser: databaseNameOf(serviceName),
    databasePassword: secretFullName(serviceName, password, environment),
    databaseRootPassword: secretFullName(serviceName, rootPassword, environment),
    folder: folderOf(serviceName, context.servicesRoot, environment),
    hostname: hostnameOf(serviceName, context.rootDomain, environment),
    directHostname: directHostnameOf(serviceName, context.rootDomain, environment),
  };
}
export type Naming = ReturnType<typeof nameEverything>;

/** Setting that names the image of a service's own database. */
export const DATABASE_IMAGE_SETTINGS = {
  mariadb: "DATABASE_IMAGE_MARIADB",
  mysql: "DATABASE_IMAGE_MYSQL",
  postgresql: "DATABASE_IMAGE_POSTGRES",
} as const satisfies Record<DatabaseEngine, string>;
