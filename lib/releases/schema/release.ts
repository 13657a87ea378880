import { z } from "zod";
import { migrationSchema } from "./content.ts";

const commitId = z.string().regex(/^[0-9a-f]{7,64}$/, "Give a commit's hash.");
const image = z
  .string()
  .trim()
  .max(400)
  .regex(/^[a-z0-9][A-Za-z0-9._:/@-]*$/, "This is not the name of an image.");

const secretFile = z.string().regex(/^[a-z]([a-z0-9_]{0,38}[a-z0-9])?$/, "Use small letters, digits and _.");
const containerPath = z
  .string()
  .max(255)
  .regex(/^\/[^\0,]*$/, "Give an absolute path.")
  .refine((path) => !path.split("/").includes(".."), "The path must not contain “..”.");
const timing = {
  intervalS: z.number().int().min(1).max(3600),
  timeoutS: z.number().int().min(1).max(3600),
  retries: z.number().int().min(1).max(100),
  startPeriodS: z.number().int().min(0).max(3600),
};

/** What the release changes of what the app is given; everything that is left out stays as it is. */
const stackChangeSchema = z.strictObject({
  /** Files the app finds secrets in, besides its database's password. */
  secrets: z.array(secretFile).max(60).optional(),
  volumes: z
    .array(
      z.strictObject({
        name: z.string().regex(/^[a-z0-9][a-z0-9_-]{0,39}$/, "Use small letters, digits, - and _."),
        target: containerPath,
        readOnly: z.boolean(),
      }),
    )
    .max(50)
    .optional(),
  healthCheck: z
    .discriminatedUnion("kind", [
      z.strictObject({
        kind: z.literal("http"),
        path: z.string().regex(/^\/[\x21-\x7e]{0,200}$/, "Begin with a slash, without spaces."),
        port: z.number().int().min(1).max(65_535),
        ...timing,
      }),
      z.strictObject({
        kind: z.literal("command"),
        argv: z.array(z.string().max(1000)).min(1, "Give a command.").max(50),
        ...timing,
      }),
    ])
    .nullable()
    .optional(),
});
export type StackChange = z.output<typeof stackChangeSchema>;

/** What makes a release: by hand, by an API token from CI, or from a webhook. */
export const newReleaseSchema = z.strictObject({
  image,
  /** Run in this order before the tasks are replaced; those that ran where it goes are left out. */
  migrations: z.array(migrationSchema).max(100).default([]),
  stack: stackChangeSchema.default({}),
  commitId: commitId.nullable().default(null),
  sourceUrl: z
    .url({ protocol: /^https?$/, error: "Give an address." })
    .max(400)
    .nullable()
    .default(null),
  branch: z.string().max(200).nullable().default(null),
  notes: z.string().max(20_000).default(""),
});
export type NewRelease = z.output<typeof newReleaseSchema>;

const port = z.number().int().min(1).max(65_535);

/** Settings of an environment that are no release's: each save is another version. */
export const environmentConfigSchema = z.strictObject({
  replicas: z.number().int().min(0).max(100),
  env: z.record(z.string().regex(/^[A-Za-z_][A-Za-z0-9_]*$/, "is not the name of a variable"), z.string().max(10_000)),
  ports: z
    .array(z.strictObject({ target: port, published: port.nullable(), protocol: z.enum(["tcp", "udp"]) }))
    .max(50),
  cpus: z.number().positive().max(256).nullable(),
  memoryMb: z.number().int().min(6).max(4_000_000).nullable(),
  placement: z.strictObject({
    nodeLabel: z
      .string()
      .regex(/^[a-zA-Z0-9][a-zA-Z0-9._/-]{0,62}=[a-zA-Z0-9._-]{1,63}$/, "Use key=value.")
      .optional(),
    hostname: z
      .string()
      .regex(/^[A-Za-z0-9][A-Za-z0-9.-]{0,252}$/, "Use a node's host name.")
      .optional(),
  }),
  /** As they were when the environment was made; other names are records' and routes', not a release's. */
  hostnames: z.array(z.string().max(255)).max(30),
  /** Asked over HTTP while it soaks; null: only the swarm is asked. */
  probe: z.strictObject({ path: z.string().regex(/^\/\S*$/), status: z.number().int().min(100).max(599) }).nullable(),
});
export type EnvironmentConfigContent = z.output<typeof environmentConfigSchema>;

export const reviewAnswersSchema = z
  .strictObject({
    dataLoss: z.boolean(),
    schemaChange: z.boolean(),
    infrastructureChange: z.boolean(),
    manualSteps: z.boolean(),
    manualText: z.string().max(5_000),
  })
  .refine((answers) => !answers.manualSteps || answers.manualText.trim() !== "", {
    path: ["manualText"],
    error: "Say what has to be done by hand.",
  });
export type ReviewAnswers = z.output<typeof reviewAnswersSchema>;

/** What a proposal would be: nothing is kept. */
export const comparisonSchema = z.strictObject({
  releaseId: z.uuid(),
  environment: z.string().max(20),
  /** What is being answered; the prefilled ones when left out. */
  answers: reviewAnswersSchema.optional(),
});
export type ComparisonInput = z.output<typeof comparisonSchema>;

export const proposalSchema = z.strictObject({
  releaseId: z.uuid(),
  environment: z.string().max(20),
  answers: reviewAnswersSchema,
  /** Not before; null: as soon as it is approved. */
  startAt: z.iso.datetime().nullable(),
  /** The comparison that was read: another one meanwhile is a conflict. */
  seal: z.string().regex(/^[0-9a-f]{64}$/),
});
export type ProposalInput = z.output<typeof proposalSchema>;

/** Another text of an open proposal, against how things are now: who sends it is an editor, and earlier approvals are void. */
export const editSchema = proposalSchema.omit({ releaseId: true, environment: true }).extend({
  /** The version that was read: another one meanwhile is a conflict. */
  version: z.number().int().min(1),
});
export type EditInput = z.output<typeof editSchema>;

export const decisionSchema = z
  .strictObject({
    decision: z.enum(["approve", "reject"]),
    seal: z.string().regex(/^[0-9a-f]{64}$/),
    comment: z.string().trim().max(5_000),
    /** Whose lent vote it is; null: one's own. */
    onBehalfOfId: z.uuid().nullable(),
  })
  .refine(({ decision, comment }) => decision === "approve" || comment !== "", {
    path: ["comment"],
    error: "Say why it is rejected.",
  });
export type DecisionInput = z.output<typeof decisionSchema>;

const reason = z.string().trim().min(10, "Say why, in a sentence.").max(2_000);
export const breakGlassSchema = z.strictObject({
  releaseId: z.uuid(),
  environment: z.string().max(20),
  reason,
  /** The service's name, typed. */
  confirm: z.string().max(100),
});
export type BreakGlassInput = z.output<typeof breakGlassSchema>;
/** `deploymentId`: the earlier deployment to go back to. `confirm`: the service's name, typed. */
export const rollbackSchema = z.strictObject({ deploymentId: z.uuid(), reason, confirm: z.string().max(100) });
export type RollbackInput = z.output<typeof rollbackSchema>;

const words = z.string().trim().min(1, "Write something.").max(5_000);
export const commentSchema = z.strictObject({ text: words });
/** What somebody else found who looked at what broke the glass. */
export const reviewSchema = z.strictObject({ comment: z.string().trim().min(3, "Say what you found.").max(5_000) });
export const cancelSchema = z.strictObject({ reason: z.string().trim().max(2_000).default("") });

export const calendarRuleSchema = z
  .strictObject({
    effect: z.enum(["allow", "deny"]),
    serviceName: z.string().max(40).nullable(),
    environment: z.string().max(20).nullable(),
    time: z.discriminatedUnion("kind", [
      z.strictObject({ kind: z.literal("once"), from: z.iso.datetime(), until: z.iso.datetime() }),
      z.strictObject({
        kind: z.literal("repeated"),
        cron: z.string().trim().min(1).max(100),
        timeZone: z.string().max(64),
        minutes: z.number().int().min(1).max(44_640),
      }),
    ]),
    reason: z.string().trim().min(3, "Say why.").max(300),
  })
  .refine(({ time }) => time.kind !== "once" || time.from < time.until, {
    path: ["time", "until"],
    error: "It must end after it begins.",
  });
export type CalendarRuleInput = z.output<typeof calendarRuleSchema>;

export const delegationSchema = z
  .strictObject({ toId: z.uuid(), startsAt: z.iso.datetime(), endsAt: z.iso.datetime() })
  .refine(({ startsAt, endsAt }) => startsAt < endsAt, { path: ["endsAt"], error: "It must end after it begins." });
export type DelegationInput = z.output<typeof delegationSchema>;

export const registryCredentialSchema = z.strictObject({
  host: z
    .string()
    .regex(/^[a-z0-9.-]+(:\d+)?$/i, "Give a host such as ghcr.io.")
    .max(253),
  username: z.string().min(1).max(200),
  /** null on edit: as it was. */
  password: z.string().min(1).max(10_000).nullable(),
});
export type RegistryCredentialInput = z.output<typeof registryCredentialSchema>;
export const webhookSchema = z.strictObject({
  kind: z.enum(["github", "gitlab"]),
  branch: z.string().min(1).max(200),
  image,
});
export type WebhookInput = z.output<typeof webhookSchema>;
