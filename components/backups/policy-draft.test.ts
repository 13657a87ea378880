import { expect, it } from "vitest";
import { blankSettings, settingsOf } from "./policy-draft.ts";
import { whenOf } from "./when-draft.ts";

it("looks at a random older one as often as the newest is restored on a schedule, and not without one", () => {
  const draft = blankSettings("t", "UTC");
  expect(settingsOf(draft).verification).toMatchObject({ restoreEach: true, cron: "0 5 * * 0", randomOlder: true });
  const never = settingsOf({ ...draft, verifyWhen: whenOf(null) });
  expect(never.verification).toMatchObject({ restoreEach: true, cron: null, randomOlder: false });
});
