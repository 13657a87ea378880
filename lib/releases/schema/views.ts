import { z } from "zod";
import { runLink } from "#lib/runs/schema.ts";
import { DEPLOYMENT_KINDS, DEPLOYMENT_STATES, RELEASE_ORIGINS, RELEASE_STATES, WEBHOOK_KINDS } from "../constants.ts";
import { migrationSchema, releaseImagesSchema, releaseTemplateSchema } from "./content.ts";
import { environmentConfigSchema } from "./release.ts";

// What pages and programs are given. Times are ISO texts.
const instant = z.iso.datetime();

/** Somebody, as they are shown beside what they did. */
export const personView = z.object({ id: z.string(), name: z.string() });
const releaseRef = z.object({ id: z.string(), number: z.number().int() });

/** `adding`: its run is not done yet; `empty`: nothing of it runs, or nothing that the panel knows of. */
const ENVIRONMENT_STATES = ["running", "adding", "empty"] as const;

export const environmentView = z.object({
  id: z.string(),
  name: z.string(),
  stackName: z.string(),
  state: z.enum(ENVIRONMENT_STATES),
  hostnames: z.array(z.string()),
  soakS: z.number().int(),
  createdAt: instant,
  configVersion: z.number().int().nullable(),
  /** What runs there. */
  current: z
    .object({
      deploymentId: z.string(),
      kind: z.enum(DEPLOYMENT_KINDS),
      release: releaseRef,
      image: z.string(),
      commitId: z.string().nullable(),
      configVersion: z.number().int(),
      since: instant,
    })
    .nullable(),
  /** The deployment that is under way there. */
  movingId: z.string().nullable(),
  /** What the workers saw there last that is not as the panel put it; null: nothing, or something is on its way there. */
  drift: z
    .object({
      words: z.array(z.string()),
      seenAt: z.iso.datetime(),
      /** What brings back what should be there. */
      remedy: z.enum(["roll-back", "propose"]),
    })
    .nullable(),
  /** The run that added it; null for production. */
  run: runLink.nullable(),
});
export const environmentList = z.object({ environments: z.array(environmentView), mayAdd: z.boolean() });

/** What adding an environment would do, and the hash that says one has seen it. */
export const environmentPlan = z.object({
  planHash: z.string(),
  steps: z.array(z.object({ key: z.string(), title: z.string(), skipReason: z.string().nullable() })),
  /** Secrets whose values a person has to give. */
  secretsToGive: z.array(z.string()),
});

const configVersion = z.object({ version: z.number().int(), by: personView.nullable(), createdAt: instant });
export const environmentConfigView = configVersion.extend({
  environment: z.string(),
  content: environmentConfigSchema,
  /** The newest; what is shown may be an older one. */
  latest: z.number().int(),
  /** What the present deployment runs with; another than the newest waits for the next deployment. */
  running: z.number().int().nullable(),
  versions: z.array(configVersion),
  /** By the file the app finds each in. Null: not given yet, or not what the app runs with. */
  secrets: z.array(
    z.object({ name: z.string(), version: z.number().int().nullable(), running: z.number().int().nullable() }),
  ),
  soakS: z.number().int(),
  mayEdit: z.boolean(),
});

export const deploymentRow = z.object({
  id: z.string(),
  environment: z.string(),
  release: releaseRef,
  kind: z.enum(DEPLOYMENT_KINDS),
  state: z.enum(DEPLOYMENT_STATES),
  requestedBy: personView.nullable(),
  createdAt: instant,
  startAt: instant.nullable(),
  startedAt: instant.nullable(),
  finishedAt: instant.nullable(),
  outcome: z.string().nullable(),
});

export const releaseListRow = z.object({
  id: z.string(),
  number: z.number().int(),
  state: z.enum(RELEASE_STATES),
  /** As people write it, without the digest. */
  image: z.string(),
  digest: z.string().nullable(),
  commitId: z.string().nullable(),
  sourceUrl: z.string().nullable(),
  branch: z.string().nullable(),
  notes: z.string(),
  origin: z.enum(RELEASE_ORIGINS),
  by: personView.nullable(),
  error: z.string().nullable(),
  runId: z.number().int().nullable(),
  migrations: z.number().int(),
  /** Environments in which it runs now. */
  runsIn: z.array(z.string()),
  createdAt: instant,
});
export const releaseList = z.object({
  items: z.array(releaseListRow),
  /** `after` of the next page. */
  next: z.number().int().nullable(),
  mayCreate: z.boolean(),
});

export const releaseView = releaseListRow.extend({
  serviceName: z.string(),
  contentHash: z.string().nullable(),
  images: releaseImagesSchema,
  template: releaseTemplateSchema,
  labels: z.record(z.string(), z.string()),
  migrationTexts: z.array(migrationSchema),
  deployments: z.array(deploymentRow),
});

export const registryCredentialView = z.object({
  id: z.string(),
  host: z.string(),
  username: z.string(),
  version: z.number().int(),
  createdAt: instant,
  checkedAt: instant.nullable(),
  error: z.string().nullable(),
});
export const registryCredentialList = z.object({ credentials: z.array(registryCredentialView) });

export const webhookView = z.object({
  id: z.string(),
  kind: z.enum(WEBHOOK_KINDS),
  branch: z.string(),
  image: z.string(),
  /** What the forge is given as payload address. */
  url: z.string(),
  createdAt: instant,
  lastAt: instant.nullable(),
  lastWords: z.string().nullable(),
});
export const webhookList = z.object({ webhooks: z.array(webhookView), mayManage: z.boolean() });
/** Shown once: the secret is not given out again. */
export const madeWebhook = webhookView.extend({ secret: z.string() });
export const hookAnswer = z.object({
  /** release: another release was made; ignored: it rang for nothing that concerns the service. */
  result: z.enum(["release", "ignored"]),
  because: z.string().nullable(),
  releaseId: z.string().nullable(),
});
