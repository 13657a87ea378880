import { z } from "zod";
import { releaseContentSchema } from "../schema/content.ts";
import { evidenceSchema, targetStateSchema } from "../schema/deployment-views.ts";
import { reviewAnswersSchema } from "../schema/release.ts";

/** What the file says it is, so that a later form of it is not taken for this one. */
export const FORMAT = "seaworthy-deployment-evidence";
export const VERSION = 1;

const person = z.object({ id: z.string(), name: z.string() }).nullable();
const instant = z.string().nullable();

const attempt = z.object({
  number: z.number().int(),
  state: z.string(),
  startedAt: z.string(),
  finishedAt: instant,
  /** How many lines were written: numbered from 1, none missing. */
  lines: z.number().int(),
  /** SHA-256 of the lines joined by line feeds. */
  sha256: z.string(),
  /** "<time> <o|e|i|w> <text>": output, error output, the panel's own words, its warnings. */
  log: z.array(z.string()),
});

const step = z.object({
  key: z.string(),
  name: z.string(),
  title: z.string(),
  state: z.string(),
  skipReason: z.string().nullable(),
  error: z.unknown(),
  output: z.unknown(),
  /** SHA-256 over the attempts' own, in order. */
  sha256: z.string(),
  attempts: z.array(attempt),
});

/** The evidence of one deployment: what, who asked, who approved which text, what was done, whether it was good. */
export const evidenceFileSchema = z.object({
  format: z.literal(FORMAT),
  version: z.literal(VERSION),
  writtenAt: z.string(),
  service: z.object({ id: z.string(), name: z.string() }),
  environment: z.object({ id: z.string(), name: z.string(), stackName: z.string() }),
  deployment: z.object({
    id: z.string(),
    kind: z.string(),
    state: z.string(),
    outcome: z.string().nullable(),
    reason: z.string().nullable(),
    requestedBy: person,
    editors: z.array(person),
    createdAt: z.string(),
    approvedAt: instant,
    startAt: instant,
    startedAt: instant,
    finishedAt: instant,
    needed: z.number().int(),
    configVersion: z.number().int(),
    previousId: z.string().nullable(),
  }),
  release: z.object({
    id: z.string(),
    number: z.number().int(),
    contentHash: z.string().nullable(),
    images: z.record(z.string(), z.string()),
    labels: z.record(z.string(), z.string()),
    commitId: z.string().nullable(),
    sourceUrl: z.string().nullable(),
    branch: z.string().nullable(),
    notes: z.string(),
    origin: z.string(),
    by: person,
    createdAt: z.string(),
  }),
  /** What was approved, whole. `seal` is the SHA-256 of its canonical JSON. */
  sealed: z.object({
    environment: z.string(),
    content: releaseContentSchema,
    answers: reviewAnswersSchema,
    evidence: evidenceSchema,
    targetState: targetStateSchema,
    startAt: instant,
    revision: z.number().int(),
  }),
  seal: z.string(),
  approvals: z.array(
    z.object({
      voter: person,
      by: person,
      decision: z.string(),
      /** Of the text that was read. */
      seal: z.string(),
      comment: z.string(),
      at: z.string(),
    }),
  ),
  comments: z.array(z.object({ by: person, text: z.string(), at: z.string() })),
  run: z.object({
    id: z.number().int(),
    checklist: z.string(),
    requestedBy: person,
    createdAt: z.string(),
    startedAt: instant,
    steps: z.array(step),
  }),
  /** Taken for this deployment. */
  backups: z.array(
    z.object({
      id: z.string(),
      policy: z.string(),
      key: z.string(),
      state: z.string(),
      sizeBytes: z.string().nullable(),
      proven: z.string().nullable(),
      provenAt: instant,
      manifestSha256: z.string().nullable(),
    }),
  ),
  /** What the soak asked and was answered; null when it did not come to that. */
  probes: z.unknown(),
});
export type EvidenceFile = z.output<typeof evidenceFileSchema>;
export type EvidenceStep = EvidenceFile["run"]["steps"][number];
