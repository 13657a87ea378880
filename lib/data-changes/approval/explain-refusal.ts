import { type ApprovalRefusal, judgeApproval } from "#lib/releases/approval/judge-approval.ts";
import { readEditors } from "./editors.ts";

interface ProposedChange {
  state: string;
  requestedById: string;
  editorIds: unknown;
  seal: string;
  /** Of what is stored. */
  sealNow: string;
  expiresAt: Date;
}

const WORDS: Record<ApprovalRefusal, string> = {
  role: "Your role does not include this.",
  own: "You proposed or edited it: somebody else must approve it.",
  "delegated-own": "Who lent you their vote proposed or edited it.",
  twice: "You have approved it already.",
  closed: "It does not wait for an approval any more.",
  expired: "It waited too long and has expired. Propose it again.",
  "other-text": "It was changed while you read it. Read the new text, then decide.",
  "release-changed": "It was changed while you read it. Read the new text, then decide.",
  "target-changed": "What is stored is not what was proposed. Save it again.",
};

/** Why this person's approval of the text they read does not count, in words; null: it does. Four eyes have no exception. */
export function explainRefusal(
  change: ProposedChange,
  approver: { userId: string; mayApprove: boolean },
  presented: string,
  now: Date,
): { code: string; message: string } | null {
  const verdict = judgeApproval(
    {
      state: change.state === "proposed" ? "proposed" : "cancelled",
      requestedById: change.requestedById,
      editorIds: readEditors(change.editorIds),
      seal: change.seal,
      sealNow: change.sealNow,
      expiresAt: change.expiresAt,
      approvals: [],
      needed: 1,
    },
    { ...approver, onBehalfOfId: null },
    presented,
    now,
  );
  return verdict.ok
    ? null
    : { code: `dataChanges.${verdict.refusal.replaceAll("-", "_")}`, message: WORDS[verdict.refusal] };
}
