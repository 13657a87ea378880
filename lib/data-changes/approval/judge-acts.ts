import { type Action, may } from "#lib/access/policy.ts";
import type { Actor } from "#lib/access/types.ts";
import { conflict } from "#lib/platform/errors.ts";
import { CLOSED_STATES, type DataChangeState, EDITABLE_STATES } from "../constants.ts";
import type { Preview } from "../schema/counts.ts";
import { explainRefusal } from "./explain-refusal.ts";

export interface JudgedChange {
  state: DataChangeState;
  requestedById: string;
  editorIds: unknown;
  seal: string;
  /** Of what is stored. */
  sealNow: string;
  expiresAt: Date;
  preview: Preview | null;
}

export const ACTS = ["edit", "propose", "approve", "preview", "carryOut", "report", "cancel"] as const;
export type Act = (typeof ACTS)[number];

const ACTIONS: Record<Act, Action> = {
  edit: "dataChanges.write",
  propose: "dataChanges.write",
  approve: "dataChanges.approve",
  preview: "dataChanges.carryOut",
  carryOut: "dataChanges.carryOut",
  report: "dataChanges.carryOut",
  cancel: "dataChanges.cancel",
};

export interface Refusal {
  code: string;
  message: string;
  isForbidden?: true;
}
const refusal = (code: string, message: string): Refusal => ({ code: `dataChanges.${code}`, message });

/** Open, and so past its time that nothing may be done with it any more but to write it anew. */
export const isExpired = (change: Pick<JudgedChange, "state" | "expiresAt">, now: Date): boolean =>
  (change.state === "proposed" || change.state === "approved") && now >= change.expiresAt;

function judgeState(change: JudgedChange, act: Act, isPreviewing: boolean, now: Date): Refusal | null {
  const { state } = change;
  const late = isExpired(change, now) ? refusal("expired", "It has expired. Propose it again.") : null;
  switch (act) {
    case "edit":
      return EDITABLE_STATES.includes(state) ? null : refusal("closed", "It cannot be changed any more.");
    case "propose":
      return state === "draft" ? null : refusal("closed", "It is proposed already.");
    case "cancel":
      return EDITABLE_STATES.includes(state) ? null : refusal("closed", "It cannot be withdrawn any more.");
    case "report":
      return state === "reporting" ? null : refusal("not_reporting", "There is nothing to report yet, or no more.");
    case "preview":
      if (late) return late;
      if (state !== "approved") return refusal("not_approved", "It is not approved.");
      return isPreviewing ? refusal("previewing", "It is being previewed just now.") : null;
    case "carryOut":
      if (late) return late;
      if (state === "running" || state === "reporting" || CLOSED_STATES.includes(state))
        return refusal("used", "Its approval was used: it is carried out once.");
      if (state !== "approved") return refusal("not_approved", "It is not approved.");
      if (isPreviewing) return refusal("previewing", "It is being previewed just now.");
      return change.preview?.seal === change.seal ? null : refusal("no_preview", "Preview it first.");
    default:
      return null;
  }
}

/** Why the actor may not do this now; null: they may. Pages show it, commands throw it. */
export function judgeAct(
  actor: Actor,
  change: JudgedChange,
  act: Act,
  { isPreviewing, now, presented }: { isPreviewing: boolean; now: Date; presented?: string },
): Refusal | null {
  const role = may(actor, ACTIONS[act], { requestedById: change.requestedById });
  if (!role.ok) return { ...refusal("forbidden", role.because), isForbidden: true };
  if (act !== "approve") return judgeState(change, act, isPreviewing, now);
  const userId = actor.kind === "user" ? actor.id : "";
  return explainRefusal(change, { userId, mayApprove: true }, presented ?? change.seal, now);
}

export const toError = ({ code, message }: Refusal) => conflict(code, message);
