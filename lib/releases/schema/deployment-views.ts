import { z } from "zod";
import { runLink } from "#lib/runs/schema.ts";
import { DEPLOYMENT_STATES } from "../constants.ts";
import { releaseContentSchema } from "./content.ts";
import { reviewAnswersSchema } from "./release.ts";
import { deploymentRow, personView } from "./views.ts";

const instant = z.iso.datetime();

/** One line of the difference between two contents. */
export const differenceView = z.object({
  area: z.enum([
    ...(["image", "environment", "secret", "replicas", "port"] as const),
    ...(["mount", "health", "resources", "placement", "migration"] as const),
  ]),
  name: z.string(),
  change: z.enum(["added", "removed", "changed"]),
  before: z.string().nullable(),
  after: z.string().nullable(),
});

/** What was found by looking, kept with the deployment and sealed with it. */
export const evidenceSchema = z.object({
  differences: z.array(differenceView),
  evidence: z.object({
    dataLoss: z.array(z.string()),
    schemaChange: z.array(z.string()),
    infrastructureChange: z.array(z.string()),
  }),
  irreversible: z.boolean(),
});

/** What runs in an environment at one moment. Any difference from it voids what was approved. */
export const targetStateSchema = z.object({
  /** The deployment that runs there; null: none that the panel knows of. */
  deploymentId: z.string().nullable(),
  configVersion: z.number().int().nullable(),
  secretVersions: z.record(z.string(), z.number().int()),
  services: z.array(z.object({ name: z.string(), image: z.string(), specLabel: z.string().nullable() })),
  /** How long it would be watched there, seconds. */
  soakS: z.number().int().default(60),
});
export type TargetState = z.output<typeof targetStateSchema>;

const verdict = z.object({ ok: z.boolean(), because: z.string().nullable() });

export const approvalView = z.object({
  voter: personView,
  /** Another one than the voter when the vote was lent. */
  by: personView,
  decision: z.enum(["approve", "reject"]),
  comment: z.string(),
  createdAt: instant,
  /** Of the text as it is now. */
  counts: z.boolean(),
});

export const deploymentView = deploymentRow.extend({
  serviceName: z.string(),
  content: releaseContentSchema,
  configVersion: z.number().int(),
  answers: reviewAnswersSchema,
  ...evidenceSchema.shape,
  targetState: targetStateSchema,
  seal: z.string(),
  /** The same computed now: another one means that something changed since. */
  sealNow: z.string(),
  /** What has changed, in words. */
  drift: z.array(z.string()),
  needed: z.number().int(),
  approvals: z.array(approvalView),
  editors: z.array(personView),
  reason: z.string().nullable(),
  expiresAt: instant,
  approvedAt: instant.nullable(),
  run: runLink.nullable(),
  previous: z.object({ id: z.string(), releaseNumber: z.number().int() }).nullable(),
  supersededById: z.string().nullable(),
  /** Of one that failed: what went back there right after it, by itself or by hand. */
  wayBack: z.object({ id: z.string(), releaseNumber: z.number().int(), state: z.enum(DEPLOYMENT_STATES) }).nullable(),
  /** Break-glass: who has to have looked at it until when. */
  review: z.object({ dueAt: instant, by: personView.nullable(), at: instant.nullable() }).nullable(),
  evidenceHash: z.string().nullable(),
  comments: z.array(z.object({ id: z.string(), by: personView, text: z.string(), createdAt: instant })),
  /** Why it may not start now; null: nothing is in the way. */
  calendar: z.object({ reason: z.string(), until: instant.nullable() }).nullable(),
  /** Where the release came from. */
  source: z.object({
    commitId: z.string().nullable(),
    sourceUrl: z.string().nullable(),
    notes: z.string(),
    by: personView.nullable(),
    image: z.string(),
    digest: z.string().nullable(),
  }),
  /** Releases after the one that ran there before, up to this one, the newest first. */
  between: z.array(
    z.object({
      id: z.string(),
      number: z.number().int(),
      commitId: z.string().nullable(),
      sourceUrl: z.string().nullable(),
      notes: z.string(),
      by: personView.nullable(),
      createdAt: instant,
    }),
  ),
  /** Answers that what was found speaks against: each raised the number of approvals. */
  contradictions: z.array(
    z.object({
      question: z.enum(["dataLoss", "schemaChange", "infrastructureChange"]),
      effect: z.enum(["blocks", "raises"]),
      evidence: z.array(z.string()),
    }),
  ),
  /** Whose lent votes the reader could give. */
  delegators: z.array(personView),
  may: z.object({
    approve: verdict,
    comment: verdict,
    edit: verdict,
    start: verdict,
    cancel: verdict,
    resubmit: verdict,
    /** Back to this one. */
    rollback: verdict,
    /** Of the one that runs there: back to the one before it. */
    rollbackToPrevious: verdict,
    review: verdict,
  }),
  version: z.number().int(),
});
