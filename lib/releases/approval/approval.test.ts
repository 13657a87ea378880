import fc from "fast-check";
import { describe, expect, test } from "vitest";
import { checkAnswers, prefillAnswers, type ReviewEvidence } from "./check-answers.ts";
import { countNeeded, RISKS } from "./count-needed.ts";
import { type Approver, countVoters, judgeApproval, type Proposal } from "./judge-approval.ts";

const now = new Date("2026-11-21T12:00:00Z");
const proposal: Proposal = {
  state: "proposed",
  requestedById: "sam",
  editorIds: ["steph"],
  seal: "a",
  sealNow: "a",
  expiresAt: new Date("2026-11-24T12:00:00Z"),
  approvals: [],
  needed: 1,
};
const approver = (userId: string, more: Partial<Approver> = {}): Approver => ({
  userId,
  mayApprove: true,
  onBehalfOfId: null,
  ...more,
});
const judge = (more: Partial<Proposal>, who: Approver, presented = "a", at = now) =>
  judgeApproval({ ...proposal, ...more }, who, presented, at);

describe("an approval", () => {
  test("by somebody else counts, and the last that is needed completes it", () => {
    expect(judge({}, approver("mona"))).toEqual({ ok: true, completes: true });
    expect(judge({ needed: 2 }, approver("mona"))).toEqual({ ok: true, completes: false });
    expect(judge({ needed: 2, approvals: [{ userId: "max", seal: "a" }] }, approver("mona"))).toEqual({
      ok: true,
      completes: true,
    });
  });

  test.each<[string, Partial<Proposal>, Approver, string, Date, string]>([
    ["of who asked for it", {}, approver("sam"), "a", now, "own"],
    ["of who edited it", {}, approver("steph"), "a", now, "own"],
    ["in the name of who asked for it", {}, approver("mona", { onBehalfOfId: "sam" }), "a", now, "delegated-own"],
    ["without the role", {}, approver("vera", { mayApprove: false }), "a", now, "role"],
    ["a second time", { approvals: [{ userId: "mona", seal: "a" }] }, approver("mona"), "a", now, "twice"],
    [
      "by a lent vote besides one's own",
      { approvals: [{ userId: "mona", seal: "a" }] },
      approver("mona", { onBehalfOfId: "max" }),
      "a",
      now,
      "twice",
    ],
    [
      "of one's own besides a lent vote",
      { approvals: [{ userId: "max", byId: "mona", seal: "a" }] },
      approver("mona"),
      "a",
      now,
      "twice",
    ],
    [
      "by a second lent vote",
      { approvals: [{ userId: "max", byId: "bo", seal: "a" }] },
      approver("bo", { onBehalfOfId: "mona" }),
      "a",
      now,
      "twice",
    ],
    ["after it was rejected", { state: "rejected" }, approver("mona"), "a", now, "closed"],
    ["after it was used", { state: "running" }, approver("mona"), "a", now, "closed"],
    ["after it expired", {}, approver("mona"), "a", proposal.expiresAt, "expired"],
    ["of another text than the one now proposed", {}, approver("mona"), "b", now, "other-text"],
    ["after production changed", { sealNow: "b" }, approver("mona"), "a", now, "target-changed"],
  ])("%s is refused", (_what, more, who, presented, at, refusal) => {
    expect(judge(more, who, presented, at)).toEqual({ ok: false, refusal });
  });

  test("of an earlier text does not count for the one now proposed", () => {
    expect(judge({ needed: 2, approvals: [{ userId: "max", seal: "old" }] }, approver("mona"))).toEqual({
      ok: true,
      completes: false,
    });
  });
});

test("votes of authors, of those who may vote no more, and a second one of the same hand are not counted", () => {
  const approvals = [
    { userId: "sam", seal: "a" },
    { userId: "mona", byId: "steph", seal: "a" },
    { userId: "gus", seal: "a", lapsed: true },
    { userId: "max", byId: "bo", seal: "a" },
    { userId: "nia", byId: "bo", seal: "a" },
    { userId: "ann", seal: "another" },
  ];
  expect([...countVoters({ ...proposal, approvals })]).toEqual(["max"]);
});

const person = fc.constantFrom("ann", "ben", "cat", "dan", "eve", "fay");

test("whatever people try, it takes so many different ones, none of them its author", () => {
  const attempt = fc.record({
    userId: person,
    onBehalfOfId: fc.option(person, { nil: null }),
    presented: fc.constantFrom("a", "b"),
  });
  fc.assert(
    fc.property(
      person,
      fc.array(person, { maxLength: 2 }),
      fc.integer({ min: 1, max: 3 }),
      fc.array(attempt, { maxLength: 20 }),
      (requestedById, editorIds, needed, attempts) => {
        const given: { userId: string; byId: string; seal: string }[] = [];
        let completed = false;
        for (const { userId, onBehalfOfId, presented } of attempts) {
          const state = completed ? "approved" : "proposed";
          const verdict = judge(
            { requestedById, editorIds, needed, approvals: given, state },
            approver(userId, { onBehalfOfId }),
            presented,
          );
          if (!verdict.ok) continue;
          given.push({ userId: onBehalfOfId ?? userId, byId: userId, seal: presented });
          completed = verdict.completes;
        }
        const authors = new Set<string>([requestedById, ...editorIds]);
        for (const one of given) expect(authors.has(one.userId) || authors.has(one.byId)).toBe(false);
        expect(new Set(given.map(({ userId }) => userId)).size).toBe(given.length);
        expect(new Set(given.map(({ byId }) => byId)).size).toBe(given.length);
        expect(completed).toBe(given.length === needed);
      },
    ),
  );
});

describe("the number of approvals", () => {
  test("is the highest that any fitting rule asks for, and one more for each answer against the evidence", () => {
    const rules = [
      { environment: null, risk: null, approvals: 0 },
      { environment: "production", risk: null, approvals: 1 },
      { environment: "production", risk: "data-loss" as const, approvals: 2 },
    ];
    expect(countNeeded(rules, "staging", new Set(["data-loss"]))).toBe(0);
    expect(countNeeded(rules, "production", new Set(["none"]))).toBe(1);
    expect(countNeeded(rules, "production", new Set(["schema", "data-loss"]))).toBe(2);
    expect(countNeeded(rules, "production", new Set(["schema"]), 1)).toBe(2);
  });

  test("never falls when a rule or a risk is added", () => {
    const rule = fc.record({
      environment: fc.constantFrom(null, "staging", "production"),
      risk: fc.constantFrom(null, ...RISKS),
      approvals: fc.nat(3),
    });
    fc.assert(
      fc.property(
        fc.array(rule),
        rule,
        fc.subarray([...RISKS]),
        fc.constantFrom(...RISKS),
        (rules, more, risks, risk) => {
          const count = countNeeded(rules, "production", new Set(risks));
          expect(countNeeded([...rules, more], "production", new Set(risks))).toBeGreaterThanOrEqual(count);
          expect(countNeeded(rules, "production", new Set([...risks, risk]))).toBeGreaterThanOrEqual(count);
        },
      ),
    );
  });
});

describe("the review form", () => {
  const nothing: ReviewEvidence = { dataLoss: [], schemaChange: [], infrastructureChange: [] };
  const drop: ReviewEvidence = {
    dataLoss: ["DROP TABLE note"],
    schemaChange: ["DROP TABLE note"],
    infrastructureChange: ["port 9000 is new"],
  };

  test("is filled in from the evidence, and then nothing contradicts", () => {
    for (const evidence of [nothing, drop])
      expect(checkAnswers(prefillAnswers(evidence), evidence)).toMatchObject({
        contradictions: [],
        blocked: false,
        raisedBy: 0,
      });
  });

  test("blocks a no to data loss against the evidence; other noes take one more person each", () => {
    const noes = prefillAnswers(nothing);
    expect(checkAnswers(noes, drop)).toMatchObject({ blocked: true, raisedBy: 2 });
    expect(checkAnswers({ ...noes, dataLoss: true }, drop)).toMatchObject({ blocked: false, raisedBy: 2 });
  });

  test("asks for the approvals of what was found, whatever was answered, and of what was answered", () => {
    const noes = prefillAnswers(nothing);
    expect([...checkAnswers(noes, drop).risks].sort()).toEqual(["data-loss", "infrastructure", "schema"]);
    expect([...checkAnswers({ ...noes, schemaChange: true }, nothing).risks]).toEqual(["schema"]);
    expect([...checkAnswers(noes, nothing).risks]).toEqual(["none"]);
  });
});
