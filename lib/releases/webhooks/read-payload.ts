import { z } from "zod";
import { parseImageReference } from "#lib/services/schema/image-reference.ts";
import type { WebhookKind } from "../constants.ts";

/** What a forge said that makes a release. */
export interface Ring {
  commitId: string | null;
  branch: string | null;
  sourceUrl: string | null;
  notes: string;
}
export type PayloadVerdict = { ring: Ring } | { ignored: string };

interface Wanted {
  branch: string;
  image: string;
}
type Reader = (payload: unknown, wanted: Wanted) => PayloadVerdict;

const NO_COMMIT = /^0+$/;
const NOTES_MAX = 20_000;
const ignore = (ignored: string): PayloadVerdict => ({ ignored });
const commit = z
  .string()
  .regex(/^[0-9a-f]{7,64}$/)
  .nullish()
  .catch(null)
  .transform((value) => value ?? null);
const text = z.string().nullish().catch(null);
const address = z
  .url({ protocol: /^https?$/ })
  .max(400)
  .nullish()
  .catch(null);
const commits = z
  .array(z.looseObject({ message: z.string() }))
  .nullish()
  .catch(null);

/** First lines of what was pushed, the way people read a list of changes. */
const toNotes = (list: z.output<typeof commits>): string =>
  (list ?? [])
    .map(({ message }) => `- ${message.split("\n")[0]}`)
    .join("\n")
    .slice(0, NOTES_MAX);

function onBranch(ref: string, { branch }: Wanted, ring: Omit<Ring, "branch">): PayloadVerdict {
  return ref === `refs/heads/${branch}` ? { ring: { ...ring, branch } } : ignore(`It is of ${ref}, not of ${branch}.`);
}

const githubPush = z.looseObject({
  ref: z.string(),
  after: text,
  deleted: z.boolean().nullish(),
  repository: z.looseObject({ html_url: address }).nullish(),
  commits,
});
const readGithubPush: Reader = (payload, wanted) => {
  const push = githubPush.parse(payload);
  if (push.deleted || NO_COMMIT.test(push.after ?? "")) return ignore("The branch was deleted.");
  return onBranch(push.ref, wanted, {
    commitId: commit.parse(push.after),
    sourceUrl: push.repository?.html_url ?? null,
    notes: toNotes(push.commits),
  });
};

const workflowRun = z.looseObject({
  action: z.string(),
  workflow_run: z.looseObject({
    head_branch: text,
    head_sha: commit,
    conclusion: text,
    event: text,
    name: text,
    head_repository: z.looseObject({ full_name: text }).nullish(),
    head_commit: z.looseObject({ message: text }).nullish(),
  }),
  repository: z.looseObject({ html_url: address, full_name: text }).nullish(),
});
const readWorkflowRun: Reader = (payload, { branch }) => {
  const { action, workflow_run: run, repository } = workflowRun.parse(payload);
  if (action !== "completed") return ignore(`The workflow is ${action}, not completed.`);
  if (run.conclusion !== "success") return ignore(`The workflow ended with ${run.conclusion ?? "nothing"}.`);
  if (run.event?.startsWith("pull_request")) return ignore("It ran for a pull request.");
  // A fork may have a branch of the same name.
  if (run.head_repository && repository && run.head_repository.full_name !== repository.full_name)
    return ignore("It ran for another repository.");
  if (run.head_branch !== branch) return ignore(`It is of ${run.head_branch ?? "no branch"}, not of ${branch}.`);
  const message = run.head_commit?.message;
  const notes = message ? toNotes([{ message }]) : "";
  return { ring: { commitId: run.head_sha, branch, sourceUrl: repository?.html_url ?? null, notes } };
};

const registryPackage = z.looseObject({
  action: z.string(),
  registry_package: z.looseObject({
    package_version: z
      .looseObject({
        target_oid: commit,
        target_commitish: text,
        container_metadata: z.looseObject({ tag: z.looseObject({ name: text }).nullish() }).nullish(),
      })
      .nullish(),
  }),
  repository: z.looseObject({ html_url: address }).nullish(),
});
const readRegistryPackage: Reader = (payload, { image, branch }) => {
  const { action, registry_package: found, repository } = registryPackage.parse(payload);
  if (action !== "published" && action !== "updated") return ignore(`The package was ${action}.`);
  const parsed = parseImageReference(image);
  const wanted = (parsed.ok && parsed.image.tag) || "latest";
  const version = found.package_version;
  const tag = version?.container_metadata?.tag?.name;
  if (tag !== wanted) return ignore(`The tag is ${tag || "none"}, not ${wanted}.`);
  const of = version?.target_commitish;
  const isOther = Boolean(of) && of !== branch && !/^[0-9a-f]{40}$/.test(of ?? "");
  if (isOther) return ignore(`It is of ${of}, not of ${branch}.`);
  const commitId = version?.target_oid ?? commit.parse(of);
  return { ring: { commitId, branch, sourceUrl: repository?.html_url ?? null, notes: "" } };
};

const gitlabPush = z.looseObject({
  ref: z.string(),
  after: text,
  checkout_sha: commit,
  project: z.looseObject({ web_url: address }).nullish(),
  commits,
});
const readGitlabPush: Reader = (payload, wanted) => {
  const push = gitlabPush.parse(payload);
  if (NO_COMMIT.test(push.after ?? "")) return ignore("The branch was deleted.");
  return onBranch(push.ref, wanted, {
    commitId: push.checkout_sha,
    sourceUrl: push.project?.web_url ?? null,
    notes: toNotes(push.commits),
  });
};

const gitlabPipeline = z.looseObject({
  object_attributes: z.looseObject({
    ref: z.string(),
    tag: z.boolean().nullish(),
    sha: commit,
    status: z.string(),
    source: text,
  }),
  project: z.looseObject({ web_url: address }).nullish(),
  commit: z.looseObject({ message: text }).nullish(),
});
const readGitlabPipeline: Reader = (payload, { branch }) => {
  const { object_attributes: pipeline, project, commit: last } = gitlabPipeline.parse(payload);
  if (pipeline.status !== "success") return ignore(`The pipeline is ${pipeline.status}.`);
  if (pipeline.source === "merge_request_event") return ignore("It ran for a merge request.");
  if (pipeline.tag || pipeline.ref !== branch) return ignore(`It is of ${pipeline.ref}, not of ${branch}.`);
  const notes = last?.message ? toNotes([{ message: last.message }]) : "";
  return { ring: { commitId: pipeline.sha, branch, sourceUrl: project?.web_url ?? null, notes } };
};

const READERS: Record<WebhookKind, Readonly<Record<string, Reader>>> = {
  github: { push: readGithubPush, workflow_run: readWorkflowRun, registry_package: readRegistryPackage },
  gitlab: { "Push Hook": readGitlabPush, "Pipeline Hook": readGitlabPipeline },
};

/** What a genuine delivery means for a service: a release, or nothing, and why. Pure; throws a ZodError on what is no such event. */
export function readPayload(kind: WebhookKind, event: string, payload: unknown, wanted: Wanted): PayloadVerdict {
  const read = Object.hasOwn(READERS[kind], event) ? READERS[kind][event] : undefined;
  return read ? read(payload, wanted) : ignore(`Nothing follows from ${event || "an event without a name"}.`);
}
