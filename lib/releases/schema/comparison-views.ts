import { z } from "zod";
import { RISKS } from "../approval/count-needed.ts";
import { releaseContentSchema } from "./content.ts";
import { differenceView, evidenceSchema } from "./deployment-views.ts";
import { reviewAnswersSchema } from "./release.ts";
import { deploymentRow, personView } from "./views.ts";

const instant = z.iso.datetime();
const releaseRef = z.object({ id: z.string(), number: z.number().int() });
const verdict = z.object({ ok: z.boolean(), because: z.string().nullable() });

/** A release between the one that runs and the one that is proposed, for what is new altogether. */
const releaseBetween = releaseRef.extend({
  commitId: z.string().nullable(),
  sourceUrl: z.string().nullable(),
  notes: z.string(),
  by: personView.nullable(),
  createdAt: instant,
});

/** An answer that what was found speaks against. */
const contradictionView = z.object({
  question: z.enum(["dataLoss", "schemaChange", "infrastructureChange"]),
  /** blocks: it is not taken with this answer; raises: one more person has to approve. */
  effect: z.enum(["blocks", "raises"]),
  evidence: z.array(z.string()),
});

/** Why nothing may start now, and until when; the same for every page. */
const closedView = z.object({ reason: z.string(), until: instant.nullable() });

export const comparisonView = z.object({
  serviceName: z.string(),
  environment: z.string(),
  release: releaseBetween.extend({
    image: z.string(),
    digest: z.string().nullable(),
    labels: z.record(z.string(), z.string()),
  }),
  /** What runs where it would go; null: nothing that the panel knows of. */
  running: z
    .object({
      deploymentId: z.string(),
      release: releaseRef.extend({ commitId: z.string().nullable() }),
      since: instant,
      labels: z.record(z.string(), z.string()),
    })
    .nullable(),
  /** What would run, whole. */
  content: releaseContentSchema,
  /** `differences`: from what runs there to what is proposed. */
  ...evidenceSchema.shape,
  /** From what runs where it would go to what runs in staging; null: there is no staging, or it is staging. */
  elsewhere: z
    .object({ environment: z.string(), release: releaseRef, since: instant, differences: z.array(differenceView) })
    .nullable(),
  /** After the one that runs, up to this one, the newest first. */
  between: z.array(releaseBetween),
  /** As what was found would answer. */
  prefilled: reviewAnswersSchema,
  /** Of the answers that were sent, else of the prefilled ones. */
  contradictions: z.array(contradictionView),
  blocked: z.boolean(),
  risks: z.array(z.enum(RISKS)),
  needed: z.number().int(),
  /** What is sent with the proposal: another one by then is a conflict. */
  seal: z.string(),
  calendar: closedView.nullable(),
  /** So long a proposal waits for its approvals, and an approved one for its start. */
  pendingHours: z.number().int(),
  unusedHours: z.number().int(),
  /** The newest backup of the service that was restored and compared; null: none. */
  provenBackupAt: instant.nullable(),
  /** Open or under way there. */
  open: z.array(deploymentRow),
  may: z.object({ propose: verdict, breakGlass: verdict }),
});

/** Whether one could go back to an earlier deployment, line by line. */
export const feasibilityView = z.object({
  ok: z.boolean(),
  checks: z.array(
    z.object({
      check: z.enum(["digest", "migrations", "backup", "secrets"]),
      /** null: not known. */
      ok: z.boolean().nullable(),
      words: z.string(),
      /** When it was looked at, or when the backup was proven. */
      at: instant.nullable(),
    }),
  ),
});

/** A deployment in a queue, of any service. */
export const queueRow = deploymentRow.extend({
  serviceName: z.string(),
  needed: z.number().int(),
  /** Approvals of the text as it is. */
  given: z.number().int(),
  expiresAt: instant,
  reason: z.string().nullable(),
  differences: z.number().int(),
  dataLoss: z.boolean(),
  reviewDueAt: instant.nullable(),
});

export const approvalsQueue = z.object({
  /** For my own vote, or one that was lent to me. */
  waiting: z.array(
    queueRow.extend({
      why: z.enum(["approve", "review"]),
      /** Whose lent votes I could give; my own is not among them. */
      onBehalfOf: z.array(personView),
    }),
  ),
  /** What I proposed and is still open. */
  mine: z.array(queueRow),
});

/** A page of deployments, of one service or of all. */
export const deploymentList = z.object({
  items: z.array(deploymentRow.extend({ serviceName: z.string() })),
  /** `after` of the next page. */
  next: z.string().nullable(),
});
