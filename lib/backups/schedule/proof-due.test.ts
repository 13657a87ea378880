import { expect, test } from "vitest";
import { findProofOverdue } from "./proof-due.ts";

const NOW = new Date("2026-11-21T12:00:00Z");
const at = (text: string) => new Date(`2026-11-21T${text}:00Z`);
const EACH = { enabled: true, restoreEach: true, nextVerifyAt: null, graceMinutes: 60, unprovenSince: null };
const SCHEDULED = { ...EACH, restoreEach: false, nextVerifyAt: at("13:00") };

test("a proof is overdue since proofs stopped, or since the grace after its time has passed", () => {
  expect(findProofOverdue(EACH, NOW)).toBeNull();
  expect(findProofOverdue({ ...EACH, unprovenSince: at("09:00") }, NOW)).toEqual(at("09:00"));
  expect(findProofOverdue(SCHEDULED, NOW)).toBeNull();
  expect(findProofOverdue({ ...SCHEDULED, nextVerifyAt: at("11:30") }, NOW)).toBeNull();
  expect(findProofOverdue({ ...SCHEDULED, nextVerifyAt: at("10:00") }, NOW)).toEqual(at("11:00"));
  expect(findProofOverdue({ ...SCHEDULED, unprovenSince: at("09:00") }, NOW)).toEqual(at("09:00"));
});

test("nothing is overdue where no proof is asked for", () => {
  const stopped = { ...EACH, unprovenSince: at("09:00") };
  expect(findProofOverdue({ ...stopped, enabled: false }, NOW)).toBeNull();
  expect(findProofOverdue({ ...stopped, restoreEach: false }, NOW)).toBeNull();
});
