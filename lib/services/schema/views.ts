import { z } from "zod";
import { runLink } from "#lib/runs/schema.ts";
import { ticksHealth } from "#lib/ticks/schema.ts";
import { GROUP_KEYS, SERVICE_STATES } from "../constants.ts";
import { answersSchema } from "./answers.ts";

/** What pages and the API get. Never a row of the database, never a secret's value. */
const personView = z.object({ id: z.string(), name: z.string() });
const instant = z.iso.datetime();

/** `empty`: never saved, the defaults stand; `complete`: saved and right; `problems`: saved, and something is wrong. */
const GROUP_STATES = ["empty", "complete", "problems"] as const;
const groupView = z.object({
  key: z.enum(GROUP_KEYS),
  title: z.string(),
  state: z.enum(GROUP_STATES),
  /** Problems by field path within the group. */
  fields: z.record(z.string(), z.string()),
});

/** Answers of a draft, filled up with defaults; any of them may still be wrong. */
const looseAnswers = z.object(
  Object.fromEntries(Object.keys(answersSchema.shape).map((key) => [key, z.record(z.string(), z.unknown())])) as {
    [K in keyof typeof answersSchema.shape]: z.ZodRecord<z.ZodString, z.ZodUnknown>;
  },
);

export const draftView = z.object({
  id: z.string(),
  rev: z.number().int(),
  group: z.enum(GROUP_KEYS),
  answers: looseAnswers,
  groups: z.array(groupView),
  /** Names of secrets whose value has been given. */
  secretsSet: z.array(z.string()),
  owner: personView,
  /** Set once provisioning has begun. */
  service: z.object({ id: z.string(), name: z.string(), state: z.enum(SERVICE_STATES) }).nullable(),
  planRun: runLink.nullable(),
  /** True when the plan was made from the answers as they are now. */
  planIsCurrent: z.boolean(),
  provisionRun: runLink.nullable(),
  createdAt: instant,
  updatedAt: instant,
});

export const draftSummary = z.object({
  id: z.string(),
  name: z.string().nullable(),
  purpose: z.string(),
  group: z.enum(GROUP_KEYS),
  owner: personView,
  service: z.object({ name: z.string(), state: z.enum(SERVICE_STATES) }).nullable(),
  updatedAt: instant,
});

/** One line of what the answers will cause. */
export const previewItem = z.object({
  key: z.string(),
  /** Name in the step registry, or "manual". */
  name: z.string(),
  title: z.string(),
  dependsOn: z.array(z.string()),
  skipReason: z.string().nullable(),
  /** Manual items: who may confirm. */
  role: z.string().nullable(),
});

export const draftCheck = z.object({
  rev: z.number().int(),
  /** Nothing stands in the way of a plan. */
  ready: z.boolean(),
  /** What is wrong, by path such as `placement.ports.0.published`. */
  fields: z.record(z.string(), z.string()),
  /** What should be known but stops nobody, by path. */
  warnings: z.record(z.string(), z.string()),
  preview: z.array(previewItem),
});

export const wizardChoices = z.object({
  owners: z.array(personView.extend({ email: z.string() })),
  services: z.array(z.object({ name: z.string(), state: z.enum(SERVICE_STATES), purpose: z.string() })),
  nodes: z.array(z.object({ hostname: z.string(), labels: z.record(z.string(), z.string()) })),
  rootDomain: z.string(),
  servicesRoot: z.string(),
  publishedPortMin: z.number().int(),
  publishedPortMax: z.number().int(),
  databaseImages: z.record(z.string(), z.string()),
  /** Where backups may go, the default one first. */
  backupTargets: z.array(z.object({ id: z.string(), name: z.string(), isDefault: z.boolean() })),
});

export const serviceSummary = z.object({
  id: z.string(),
  name: z.string(),
  purpose: z.string(),
  state: z.enum(SERVICE_STATES),
  owner: personView,
  hostnames: z.array(z.string()),
  /** Replicas of its production stack as last seen; null when nothing was seen yet. */
  replicas: z.object({ running: z.number().int(), desired: z.number().int(), observedAt: instant }).nullable(),
  lastRun: runLink.nullable(),
  /** Everything of it can provably be brought back as of then; null: something of it cannot. */
  restorableAsOf: instant.nullable(),
  certificateUntil: instant.nullable(),
  createdAt: instant,
});

export const servicePage = z.object({
  items: z.array(serviceSummary),
  /** Give it as `after` for the next page; null on the last. */
  next: z.string().nullable(),
  total: z.number().int(),
});

const relatedService = z.object({ name: z.string(), state: z.enum(SERVICE_STATES), reason: z.string() });

export const serviceView = serviceSummary.extend({
  liveAt: instant.nullable(),
  retiredAt: instant.nullable(),
  /** Where its ports answer from outside, such as 203.0.113.10:20000. */
  ports: z.array(z.object({ address: z.string(), protocol: z.string() })),
  environments: z.array(
    z.object({
      name: z.string(),
      stackName: z.string(),
      services: z.array(
        z.object({
          name: z.string(),
          image: z.string(),
          desired: z.number().int(),
          running: z.number().int(),
          updateState: z.string().nullable(),
          updatedAt: instant,
          observedAt: instant,
          tasks: z.array(
            z.object({
              id: z.string(),
              slot: z.number().int().nullable(),
              node: z.string().nullable(),
              state: z.string(),
              desiredState: z.string(),
              error: z.string().nullable(),
              image: z.string(),
              at: instant,
            }),
          ),
        }),
      ),
    }),
  ),
  /** The answers its last run was started with. */
  answers: answersSchema.nullable(),
  answersVersion: z.number().int().nullable(),
  draftId: z.string().nullable(),
  dependsOn: z.array(relatedService),
  dependents: z.array(relatedService),
  runs: z.array(runLink),
  resources: z.array(
    z.object({
      id: z.string(),
      kind: z.string(),
      name: z.string(),
      providerId: z.string(),
      state: z.enum(["planned", "present"]),
      runId: z.number().int(),
      createdAt: instant,
      verifiedAt: instant.nullable(),
    }),
  ),
  secrets: z.array(z.object({ name: z.string(), version: z.number().int(), createdAt: instant })),
  records: z.array(
    z.object({
      name: z.string(),
      type: z.string(),
      values: z.array(z.string()),
      ttl: z.number().int(),
      state: z.string(),
      syncedAt: instant.nullable(),
    }),
  ),
  certificates: z.array(
    z.object({
      id: z.string(),
      names: z.array(z.string()),
      state: z.string(),
      issuer: z.string().nullable(),
      notAfter: instant.nullable(),
    }),
  ),
  /** Its backups have a schedule or could have one. */
  hasBackups: z.boolean(),
  /** Items of its checklist that are looked at again and again, and how many are no longer so. */
  ticks: z.object({ total: z.number().int(), open: z.number().int() }),
});

export const homeView = z.object({
  waiting: z.object({
    /** Manual items the reader may confirm. */
    steps: z.array(
      z.object({
        stepId: z.number().int(),
        stepKey: z.string(),
        title: z.string(),
        role: z.string().nullable(),
        readyAt: instant.nullable(),
        dueBy: instant.nullable(),
        /** The reader has taken it, or it is their word. */
        isMine: z.boolean(),
        run: runLink,
        service: z.string().nullable(),
      }),
    ),
    failedRuns: z.array(runLink.extend({ service: z.string().nullable() })),
    drafts: z.array(draftSummary),
  }),
  inMotion: z.array(runLink.extend({ service: z.string().nullable(), requestedBy: z.string().nullable() })),
  health: z.object({
    services: z.object({ live: z.number().int(), provisioning: z.number().int(), failed: z.number().int() }),
    certificates: z.array(
      z.object({
        id: z.string(),
        names: z.array(z.string()),
        service: z.string().nullable(),
        notAfter: instant,
        daysLeft: z.number().int(),
      }),
    ),
    backups: z.object({
      /** Services with data, and how many of them are provably restorable as scheduled. */
      services: z.number().int(),
      asScheduled: z.number().int(),
      /** Of all that is backed up, the panel itself included; overdue: a backup or a proof. */
      overdue: z.number().int(),
      failing: z.number().int(),
      /** What is proven is older than its schedule lets it be. */
      tooOld: z.number().int(),
      /** What was proven lies in a target that cannot be used now. */
      unreachable: z.number().int(),
      /** Lines of the board that are about something begun: policies, and services' data without one. */
      lines: z.number().int(),
      worst: z.array(
        z.object({
          /** null: the panel itself. */
          service: z.string().nullable(),
          environment: z.string(),
          /** null: there is data and no policy for it. */
          policyId: z.string().nullable(),
          policy: z.string(),
          asOf: instant.nullable(),
          restoreMs: z.number().int().nullable(),
          overdueSince: instant.nullable(),
          proofOverdueSince: instant.nullable(),
          targetFailingSince: instant.nullable(),
          tooOld: z.boolean(),
          failing: z.boolean(),
        }),
      ),
    }),
    /** What live services' checklists say and is still so. */
    checklists: ticksHealth,
    failing: z.array(
      z.object({
        service: z.string(),
        running: z.number().int(),
        desired: z.number().int(),
        reason: z.string().nullable(),
      }),
    ),
    /** Records that are not as they should be, and zones that wait for a person. */
    records: z.object({
      refused: z.number().int(),
      drifted: z.number().int(),
      heldZones: z.array(z.object({ id: z.string(), name: z.string() })),
    }),
  }),
});
