import { BUDGET_S, type MoveMode } from "#lib/moves/constants.ts";

/** What stands in the form. */
export interface MoveDraft {
  environment: string;
  toHost: string;
  upstreamHost: string;
  ipv4: string;
  mode: MoveMode;
  budgetMinutes: string;
  waitForGo: boolean;
  foldersShared: boolean;
  replaceLeftovers: boolean;
  stagingWaiver: string;
}

export const emptyMove = (environment: string): MoveDraft => ({
  ...{ environment, toHost: "", upstreamHost: "", ipv4: "", mode: "stop", stagingWaiver: "" },
  budgetMinutes: String(BUDGET_S.default / 60),
  ...{ waitForGo: true, foldersShared: false, replaceLeftovers: false },
});

/** As the API takes it. A time that is no number becomes one it refuses. */
export function toMoveBody(draft: MoveDraft) {
  const { budgetMinutes, upstreamHost, ipv4, ...rest } = draft;
  const minutes = /^\d+([.,]\d+)?$/.test(budgetMinutes.trim())
    ? Number(budgetMinutes.trim().replace(",", "."))
    : Number.NaN;
  return {
    ...rest,
    stagingWaiver: draft.stagingWaiver.trim(),
    upstreamHost: upstreamHost.trim() || null,
    ipv4: ipv4.trim() || null,
    budgetS: Math.round(minutes * 60),
  };
}
