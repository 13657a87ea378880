import { createHmac, randomUUID } from "node:crypto";

const COMMIT = "0d1a26e67d8f5eaf1f6ba5c57fc3c7d91ac0fd1c";
const GITHUB = { full_name: "acme/pad", html_url: "https://github.com/acme/pad" };
const GITLAB = { id: 15, name: "Pad", web_url: "https://gitlab.example.org/acme/pad" };

/** Deliveries in the shape the forges document, as short as they can be and still be whole. */
export const githubPush = (branch = "main", more: object = {}) => ({
  ref: `refs/heads/${branch}`,
  before: "6113728f27ae82c7b1a177c8d03f9e96e0adf246",
  after: COMMIT,
  created: false,
  deleted: false,
  forced: false,
  repository: GITHUB,
  pusher: { name: "octo", email: "octo@example.org" },
  head_commit: { id: COMMIT, message: "Add dark mode\n\nFor the night shift." },
  commits: [{ id: COMMIT, message: "Add dark mode\n\nFor the night shift.", timestamp: "2026-11-20T10:00:00Z" }],
  ...more,
});

export const githubWorkflowRun = (more: object = {}, action = "completed") => ({
  action,
  workflow_run: {
    ...{ id: 30433642, name: "Build", head_branch: "main", head_sha: COMMIT, event: "push" },
    ...{
      status: "completed",
      conclusion: "success",
      head_repository: GITHUB,
      head_commit: { message: "Add dark mode" },
    },
    ...more,
  },
  repository: GITHUB,
});

export const githubPackage = (tag: string, more: object = {}) => ({
  action: "published",
  registry_package: {
    ...{ id: 1, name: "pad", ecosystem: "CONTAINER", package_type: "CONTAINER" },
    package_version: {
      version: "sha256:5e5f",
      target_commitish: "main",
      target_oid: COMMIT,
      package_url: `ghcr.io/acme/pad:${tag}`,
      container_metadata: { tag: { name: tag, digest: "sha256:5e5f" } },
      ...more,
    },
  },
  repository: GITHUB,
});

export const gitlabPush = (branch = "main", more: object = {}) => ({
  object_kind: "push",
  event_name: "push",
  before: "95790bf891e76fee5e1747ab589903a6a1f80f22",
  after: COMMIT,
  ref: `refs/heads/${branch}`,
  checkout_sha: COMMIT,
  user_username: "jsmith",
  project: GITLAB,
  commits: [{ id: COMMIT, message: "Add dark mode", timestamp: "2026-11-20T10:00:00+00:00" }],
  total_commits_count: 1,
  ...more,
});

export const gitlabPipeline = (more: object = {}) => ({
  object_kind: "pipeline",
  object_attributes: {
    ...{ id: 31, ref: "main", tag: false, sha: COMMIT, source: "push", status: "success", duration: 63 },
    ...more,
  },
  project: GITLAB,
  commit: { id: COMMIT, message: "Add dark mode\n" },
});

interface Sent {
  body: string;
  headers: Record<string, string>;
}

/** As GitHub sends it, signed. */
export function signGithub(secret: string, event: string, payload: object, delivery: string = randomUUID()): Sent {
  const body = JSON.stringify(payload);
  const signature = createHmac("sha256", secret).update(body).digest("hex");
  return {
    body,
    headers: {
      "content-type": "application/json",
      "user-agent": "GitHub-Hookshot/044aadd",
      "x-github-event": event,
      "x-github-delivery": delivery,
      "x-hub-signature-256": `sha256=${signature}`,
    },
  };
}

/** As GitLab sends it, with its token. */
export function signGitlab(secret: string, event: string, payload: object, delivery: string = randomUUID()): Sent {
  return {
    body: JSON.stringify(payload),
    headers: {
      "content-type": "application/json",
      "x-gitlab-event": event,
      "x-gitlab-token": secret,
      "x-gitlab-event-uuid": randomUUID(),
      "idempotency-key": delivery,
    },
  };
}
