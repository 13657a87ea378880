import { z } from "zod";
import { type GroupKey, SWARM_SECRET_NAME_MAX } from "../constants.ts";
import { secretFullName } from "../naming.ts";
import { backups } from "./backups.ts";
import { data } from "./data.ts";
import type { Group } from "./define-group.ts";
import { exposure } from "./exposure.ts";
import { identity } from "./identity.ts";
import { notifications } from "./notifications.ts";
import { placement } from "./placement.ts";
import { secrets } from "./secrets.ts";
import { signIn } from "./sign-in.ts";
import { watching } from "./watching.ts";

/** Every group with answers, in the wizard's order; `review` asks nothing. */
export const GROUPS = { identity, placement, signIn, data, secrets, exposure, watching, notifications, backups };
export type AnswerGroup = keyof typeof GROUPS;
export const ANSWER_GROUPS = Object.keys(GROUPS) as AnswerGroup[];
export const isAnswerGroup = (key: string): key is AnswerGroup => Object.hasOwn(GROUPS, key);

/** A group by its key, for the page that renders any of them. */
export const findGroup = (key: GroupKey): Group | undefined =>
  isAnswerGroup(key) ? (GROUPS[key] as unknown as Group) : undefined;

/** Rules that look at more than one group; they run once every group is right by itself. */
export const answersSchema = z
  .object({
    identity: identity.schema,
    placement: placement.schema,
    signIn: signIn.schema,
    data: data.schema,
    secrets: secrets.schema,
    exposure: exposure.schema,
    watching: watching.schema,
    notifications: notifications.schema,
    backups: backups.schema,
  })
  .superRefine((answers, ctx) => {
    const refuse = (path: (string | number)[], message: string) => ctx.addIssue({ code: "custom", message, path });
    const { placement: where, data: kept } = answers;
    answers.secrets.others.forEach((secret, index) => {
      const full = secretFullName(answers.identity.name, secret.name);
      if (full.length > SWARM_SECRET_NAME_MAX)
        refuse(
          ["secrets", "others", index, "name"],
          `${full} has ${full.length} characters; Docker allows ${SWARM_SECRET_NAME_MAX}. Shorten the secret's name.`,
        );
    });
    if (where.method === "nixos") return;
    if (kept.filesFolder && where.volumes.some((one) => one.target === kept.filesTarget))
      refuse(["data", "filesTarget"], `${kept.filesTarget} is already where a volume is mounted.`);
    if (kept.filesFolder && where.replicas > 1)
      refuse(["placement", "replicas"], "Replicas that write to one folder overwrite each other. Use one replica.");
    if (kept.database === "none") return;
    where.env.forEach((one, index) => {
      if (/^DATABASE_(ENGINE|HOST|PORT|NAME|USER|PASSWORD_FILE)$/.test(one.name))
        refuse(
          ["placement", "env", index, "name"],
          `The panel sets ${one.name} itself, for the service's own database.`,
        );
    });
  });

/** Complete, checked answers: what compiles to a plan and is frozen when a run starts. */
export type Answers = z.output<typeof answersSchema>;
/** What a form works on. */
export type AnswersInput = z.input<typeof answersSchema>;
/** What a draft holds: any of it may be missing or wrong. */
export type DraftAnswers = { [K in AnswerGroup]?: Record<string, unknown> };

/** A group's answers as the draft has them, over the defaults. */
function fillGroup<K extends AnswerGroup>(key: K, draft: DraftAnswers): AnswersInput[K] {
  return { ...GROUPS[key].defaults, ...draft[key] } as AnswersInput[K];
}

/** Every group filled up with its defaults. */
export function fillAnswers(draft: DraftAnswers): AnswersInput {
  return Object.fromEntries(ANSWER_GROUPS.map((key) => [key, fillGroup(key, draft)])) as AnswersInput;
}

/** Problems by path (`ports.0.container`), the first for each. */
export function fieldErrors(error: z.ZodError): Record<string, string> {
  const fields: Record<string, string> = {};
  for (const issue of error.issues) fields[issue.path.join(".")] ??= issue.message;
  return fields;
}

/** Checks one group for "Continue": its problems by field path, none when it is right. */
export function checkGroup(key: AnswerGroup, draft: DraftAnswers): Record<string, string> {
  const result = GROUPS[key].schema.safeParse(fillGroup(key, draft));
  return result.success ? {} : fieldErrors(result.error);
}
