import { readFileSync } from "node:fs";
import { join } from "node:path";
import { caddySocketPath } from "./caddy.ts";
import type { GitFacts } from "./git-host.ts";
import type { PrivateNetwork } from "./network.ts";
import { pebbleCaFile, pebbleRootsFile } from "./pebble.ts";
import { registryHost } from "./registry.ts";
import type { Secrets } from "./state.ts";

type EnvOptions = {
  stateDir: string;
  port: (
    name: "mariadb" | "redis" | "pebble" | "route53" | "dns" | "smtp" | "kuma" | "healthchecks" | "repology",
  ) => number;
  secrets: Secrets;
  network: PrivateNetwork;
  dockerSocket: string;
  runDir: string;
  git: GitFacts;
};

export const hostedZoneId = "Z0SEAWORTHYLOCAL";
export const rootDomain = "seaworthy.test";

/** Made from what every state folder has: an older one gets no new secrets. */
export const kumaAccount = ({ databasePassword }: Secrets) => ({ username: "seaworthy", password: databasePassword });
const HEALTHCHECKS_KEY_LENGTH = 32;
export const healthchecksKey = ({ databasePassword }: Secrets) => databasePassword.slice(0, HEALTHCHECKS_KEY_LENGTH);

/** The product's settings for this world, as environment variables. */
export function buildEnv({
  stateDir,
  port,
  secrets,
  network,
  dockerSocket,
  runDir,
  git,
}: EnvOptions): Record<string, string> {
  return {
    DATABASE_URL: `mysql://seaworthy:${secrets.databasePassword}@127.0.0.1:${port("mariadb")}/seaworthy`,
    REDIS_URL: `redis://127.0.0.1:${port("redis")}/0`,
    DOCKER_HOST: `unix://${dockerSocket}`,
    LETS_ENCRYPT_DIRECTORY_URL: `https://127.0.0.1:${port("pebble")}/dir`,
    LETS_ENCRYPT_CA_FILE: pebbleCaFile(join(stateDir, "pebble")),
    CERTIFICATE_ROOTS_FILE: pebbleRootsFile(join(stateDir, "pebble")),
    CERTIFICATE_PROBE_S: "20",
    LETS_ENCRYPT_ACCOUNT_EMAIL: "certificates@example.org",
    AWS_ENDPOINT_URL_ROUTE_53: `http://127.0.0.1:${port("route53")}`,
    AWS_REGION: "us-east-1",
    AWS_ACCESS_KEY_ID: secrets.awsAccessKeyId,
    AWS_SECRET_ACCESS_KEY: secrets.awsSecretAccessKey,
    AWS_ROUTE53_HOSTED_ZONE_ID: hostedZoneId,
    ROOT_DOMAIN: rootDomain,
    DNS_AUTHORITATIVE_SERVERS: `127.0.0.1:${port("dns")}`,
    SMTP_HOST: "127.0.0.1",
    SMTP_PORT: String(port("smtp")),
    NOTIFICATIONS_EMAIL_USER: "seaworthy@seaworthy.test",
    SAML_IDP_METADATA_PATH: join(stateDir, "idp", "metadata.xml"),
    SERVICES_ROOT: join(stateDir, "services"),
    BACKUPS_ROOT: join(stateDir, "backups"),
    SWARM_PUBLISH_MODE: "host",
    SWARM_ENDPOINT_MODE: "dnsrr",
    INGRESS_IPV4: network.address,
    INGRESS_KIND: "caddy",
    CADDY_ADMIN_URL: `unix://${caddySocketPath(runDir)}`,
    SESSION_SECRET: secrets.sessionSecret,
    ENCRYPTION_KEYS: `k1:${secrets.encryptionKey}`,
    SECRETS_OVERRIDE: "1",
    UPTIME_KUMA_URL: `http://127.0.0.1:${port("kuma")}`,
    UPTIME_KUMA_USERNAME: kumaAccount(secrets).username,
    UPTIME_KUMA_PASSWORD: kumaAccount(secrets).password,
    HEALTHCHECKS_API_URL: `http://127.0.0.1:${port("healthchecks")}`,
    HEALTHCHECKS_API_KEY: healthchecksKey(secrets),
    WATCHING_PROBE_S: "20",
    CONFIG_REPOSITORY_URL: git.url,
    CONFIG_REPOSITORY_SSH_KEY: readFileSync(git.privateKeyFile, "utf8"),
    CONFIG_REPOSITORY_KNOWN_HOSTS: git.knownHosts,
    REPOLOGY_URL: `http://127.0.0.1:${port("repology")}`,
    BACKUP_HELPER_IMAGE: `${registryHost}/backup-tools:1`,
    DATABASE_IMAGE_MARIADB: `${registryHost}/mariadb:10.11`,
    DATABASE_IMAGE_POSTGRES: `${registryHost}/postgres:15`,
  };
}
