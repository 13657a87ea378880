import { describe, expect, test } from "vitest";
import {
  githubPackage,
  githubPush,
  githubWorkflowRun,
  gitlabPipeline,
  gitlabPush,
  signGithub,
  signGitlab,
} from "../testing/payloads.ts";
import { readPayload } from "./read-payload.ts";
import { verifyDelivery } from "./verify.ts";

const SECRET = "a-secret-of-this-test";
const bytes = (text: string) => new TextEncoder().encode(text);

describe("a delivery of GitHub's", () => {
  const verify = (sent: { body: string; headers: Record<string, string> }, secret = SECRET) =>
    verifyDelivery("github", new Headers(sent.headers), bytes(sent.body), secret);
  const sent = () => signGithub(SECRET, "push", githubPush());

  test("signed with the secret is genuine", () => {
    expect(verify(sent())).toMatchObject({
      ok: true,
      delivery: { event: "push", payload: { ref: "refs/heads/main" } },
    });
  });

  test("of which one letter was changed is forged", () => {
    const one = sent();
    const changed = { ...one, body: one.body.replace("Add dark mode", "Add dork mode") };
    expect(verify(changed)).toEqual({ ok: false, refusal: "signature" });
  });

  test.each([
    ["nothing", undefined],
    ["an empty text", ""],
    ["another length", "sha256=00"],
    ["SHA-1", "sha1=0000000000000000000000000000000000000000"],
    ["another secret's", signGithub("another", "push", githubPush()).headers["x-hub-signature-256"]],
  ])("signed with %s is forged", (_, signature) => {
    const { "x-hub-signature-256": _own, ...headers } = sent().headers;
    const forged = {
      ...sent(),
      headers: signature === undefined ? headers : { ...headers, "x-hub-signature-256": signature },
    };
    expect(verify(forged)).toEqual({ ok: false, refusal: "signature" });
  });

  test("is never genuine for a webhook whose secret is gone", () => {
    expect(verify(signGithub("", "push", githubPush()), "")).toEqual({ ok: false, refusal: "signature" });
    const gitlab = signGitlab("", "Push Hook", gitlabPush());
    expect(verifyDelivery("gitlab", new Headers(gitlab.headers), bytes(gitlab.body), "")).toMatchObject({ ok: false });
  });

  test("without an id, as a form, or not JSON is refused", () => {
    const { "x-github-delivery": _id, ...nameless } = sent().headers;
    expect(verify({ ...sent(), headers: nameless })).toEqual({ ok: false, refusal: "delivery" });
    const form = { ...sent().headers, "content-type": "application/x-www-form-urlencoded" };
    expect(verify({ ...sent(), headers: form })).toEqual({ ok: false, refusal: "content-type" });
  });
});

describe("a delivery of GitLab's", () => {
  const verify = (headers: Record<string, string>) =>
    verifyDelivery("gitlab", new Headers(headers), bytes(JSON.stringify(gitlabPush())), SECRET);

  test("with the token is genuine, known by the key that stays the same when it is sent again", () => {
    const { headers } = signGitlab(SECRET, "Push Hook", gitlabPush(), "key-of-this-one");
    expect(verify(headers)).toMatchObject({ ok: true, delivery: { id: "key-of-this-one", event: "Push Hook" } });
    const { "idempotency-key": _key, ...older } = headers;
    expect(verify(older)).toMatchObject({ ok: true, delivery: { id: headers["x-gitlab-event-uuid"] } });
  });

  test.each([undefined, "", "a-secret-of-this-tes", "a-secret-of-this-test2"])(
    "with the token %s is forged",
    (token) => {
      const { "x-gitlab-token": _own, ...headers } = signGitlab(SECRET, "Push Hook", gitlabPush()).headers;
      const forged = token === undefined ? headers : { ...headers, "x-gitlab-token": token };
      expect(verify(forged)).toEqual({ ok: false, refusal: "signature" });
    },
  );

  test("is not made genuine by GitHub's signature", () => {
    const { headers } = signGithub(SECRET, "push", gitlabPush());
    expect(verify(headers)).toEqual({ ok: false, refusal: "signature" });
  });
});

describe("what a delivery means", () => {
  const wanted = { branch: "main", image: "ghcr.io/acme/pad:main" };
  const ring = expect.objectContaining({ commitId: "0d1a26e67d8f5eaf1f6ba5c57fc3c7d91ac0fd1c", branch: "main" });

  test.each([
    ["github", "push", githubPush()],
    ["github", "workflow_run", githubWorkflowRun()],
    ["github", "registry_package", githubPackage("main")],
    ["gitlab", "Push Hook", gitlabPush()],
    ["gitlab", "Pipeline Hook", gitlabPipeline()],
  ] as const)("%s %s of the branch is a release of its commit", (kind, event, payload) => {
    expect(readPayload(kind, event, payload, wanted)).toEqual({ ring });
  });

  test("the first lines of what was pushed are its notes", () => {
    expect(readPayload("github", "push", githubPush(), wanted)).toMatchObject({
      ring: { notes: "- Add dark mode", sourceUrl: "https://github.com/acme/pad" },
    });
  });

  test.each([
    ["another branch", "github", "push", githubPush("dev"), "refs/heads/dev"],
    ["a tag", "github", "push", githubPush("main", { ref: "refs/tags/main" }), "refs/tags/main"],
    ["a deleted branch", "github", "push", githubPush("main", { deleted: true, after: "0".repeat(40) }), "deleted"],
    ["a failed workflow", "github", "workflow_run", githubWorkflowRun({ conclusion: "failure" }), "failure"],
    ["a workflow that has begun", "github", "workflow_run", githubWorkflowRun({}, "requested"), "requested"],
    ["a pull request's", "github", "workflow_run", githubWorkflowRun({ event: "pull_request" }), "pull request"],
    [
      "a fork's",
      "github",
      "workflow_run",
      githubWorkflowRun({ head_repository: { full_name: "evil/pad" } }),
      "another repository",
    ],
    ["another tag", "github", "registry_package", githubPackage("dev"), "dev"],
    ["a ping", "github", "ping", { zen: "Keep it logically awesome." }, "ping"],
    ["GitLab's another branch", "gitlab", "Push Hook", gitlabPush("dev"), "refs/heads/dev"],
    ["a pipeline that runs", "gitlab", "Pipeline Hook", gitlabPipeline({ status: "running" }), "running"],
    [
      "a merge request's",
      "gitlab",
      "Pipeline Hook",
      gitlabPipeline({ source: "merge_request_event" }),
      "merge request",
    ],
    ["an event named like a method", "github", "toString", {}, "toString"],
    ["an event of the other forge", "gitlab", "push", githubPush(), "push"],
  ] as const)("%s is ignored, and it says why", (_, kind, event, payload, why) => {
    const verdict = readPayload(kind, event, payload, wanted);
    expect(verdict).toEqual({ ignored: expect.stringContaining(why) });
  });

  test("an event without what it has to carry is no event", () => {
    expect(() => readPayload("github", "push", { after: 1 }, wanted)).toThrow();
    expect(() => readPayload("gitlab", "Pipeline Hook", [], wanted)).toThrow();
  });
});
