import { describe, expect, it } from "vitest";
import type { Destination } from "#lib/backups/schema/restore.ts";
import type { BackupPoint } from "#lib/backups/types.ts";
import { blankRestore, judgeRestore, type RestoreDraft, restoreOf } from "./restore-draft.ts";
import { nameRestore, planRestore } from "./restore-plan.ts";

const point = {
  engine: "mariadb",
  environment: "production",
  restoreMs: 250_000,
  rawBytes: 600_000_000,
  target: { id: "t", name: "Off site", kind: "s3" },
} as BackupPoint;
const own: Destination = {
  ...{ service: "pads", environment: "production", kind: "mariadb", database: "pads" },
  ...{ policyId: "p", swarmService: "pads-production_db", confirm: "pads", noMasking: null, mustMask: false },
  ...{ production: true, own: true, elsewhere: false, maySwap: true, noSwap: null, isServer: false },
};
const away = { own: false, elsewhere: true, mustMask: true };
const staging: Destination = { ...own, ...away, environment: "staging", production: false, confirm: "pads-staging" };
const other: Destination = { ...own, ...away, service: "notes", database: "notes", confirm: "notes-production" };
const ask = (to: Destination, fields: Partial<RestoreDraft>) => restoreOf(point, to, { ...blankRestore(), ...fields });

describe("a restore that is asked for", () => {
  it("asks for no name beside the data it comes from, and for the service's when it replaces it", () => {
    expect(ask(own, {})).toMatchObject({ mode: "beside", confirm: null, mask: false, only: [] });
    expect(judgeRestore(point, own, { ...blankRestore(), mode: "swap" }).nameToType).toBe("pads");
  });

  it("leaves production only masked, whatever was ticked", () => {
    expect(ask(staging, { mask: false }).mask).toBe(true);
    expect(ask(own, { mask: true }).mask).toBe(true);
  });

  it("asks for the name when it goes into another production", () => {
    expect(judgeRestore(point, other, blankRestore()).nameToType).toBe("notes-production");
    expect(judgeRestore(point, staging, blankRestore()).nameToType).toBeNull();
  });

  it("names the environment before it replaces data there", () => {
    expect(judgeRestore(point, staging, { ...blankRestore(), mode: "swap" }).nameToType).toBe("pads-staging");
  });

  it("masks nothing that takes production's own place, nor without masking", () => {
    expect(ask(own, { mask: true, mode: "swap" }).mask).toBe(false);
    expect(judgeRestore(point, own, { ...blankRestore(), mode: "swap" }).whyNoMask).toMatch(/production’s own/);
    const noMasking = "Its policy has no masking SQL.";
    expect(ask({ ...own, noMasking }, { mask: true }).mask).toBe(false);
    expect(judgeRestore(point, { ...staging, noMasking }, blankRestore()).whyNoMask).toBe(noMasking);
  });

  it("never replaces the whole by a part", () => {
    expect(ask(own, { isPart: true, tables: ["users"], mode: "swap" })).toMatchObject({
      mode: "beside",
      only: ["users"],
    });
  });

  it("does not offer to replace living data to who may not", () => {
    expect(judgeRestore(point, { ...own, maySwap: false }, blankRestore()).whyNoSwap).toMatch(/database administrator/);
    expect(judgeRestore(point, own, blankRestore()).whyNoSwap).toBeNull();
  });

  it("forgets the part when all of it is wanted after all", () => {
    expect(ask(own, { isPart: false, tables: ["users"] }).only).toEqual([]);
  });
});

describe("a restore of one of MongoDB's databases", () => {
  const mongodb = {
    ...point,
    engine: "mongodb",
    manifest: { oplog: true, counts: { "notes.people": [3, 3], "other.log": [1, 2] } },
  } as unknown as BackupPoint;
  const server: Destination = { ...own, kind: "mongodb", database: "all databases", isServer: true };
  const choose = (fields: Partial<RestoreDraft>) => restoreOf(mongodb, server, { ...blankRestore(), ...fields });

  it("is of the one that was chosen, and of the only one without asking", () => {
    expect(choose({}).database).toBeUndefined();
    expect(choose({ database: "other" }).database).toBe("other");
    const one = { ...mongodb, manifest: { counts: { "notes.people": [3, 3] } } } as unknown as BackupPoint;
    expect(restoreOf(one, server, blankRestore()).database).toBe("notes");
    expect(ask(own, {}).database).toBeUndefined();
  });

  it("says what it is beside, where its log is replayed, and what is counted", () => {
    const input = choose({ database: "other", isPart: true, tables: ["other.log"] });
    const text = planRestore(mongodb, server, input)
      .map((line) => line.text)
      .join("\n");
    expect(text).toMatch(/throw-away server without network, replay there what was written meanwhile/);
    expect(text).toMatch(/1 collection of it into a new database beside other of pads-production_db/);
    expect(text).toMatch(/documents of every collection/);
    expect(nameRestore(server, input)).toBe("Restore beside other of pads");
  });

  it("says why it cannot take the living one's place, before who may", () => {
    const noSwap = "Nobody knows whose app writes to it.";
    const rules = judgeRestore(mongodb, { ...server, maySwap: false, noSwap }, blankRestore());
    expect(rules.whyNoSwap).toBe(noSwap);
  });
});

describe("what a restore will do, in words", () => {
  it("stops before the living data when it goes beside it", () => {
    const lines = planRestore(point, own, ask(own, {}));
    expect(lines.some((line) => line.isGrave)).toBe(false);
    expect(lines.at(-1)?.text).toMatch(/^Stop there/);
    expect(lines.map((line) => line.text).join()).toContain(
      "600 MB unpacked into a new database beside pads of pads-production_db: about 4 min 10 s",
    );
  });

  it("speaks of swapping it in later only where that will be possible", () => {
    const last = (to: Destination, fields: Partial<RestoreDraft>) =>
      planRestore(point, to, ask(to, fields)).at(-1)?.text;
    expect(last(own, {})).toMatch(/swap it in/);
    expect(last(own, { isPart: true, tables: ["users"] })).not.toMatch(/swap/);
    expect(last({ ...own, noSwap: "A volume cannot be swapped in." }, {})).not.toMatch(/swap/);
    expect(last(own, { mask: true })).not.toMatch(/swap/);
    expect(last(staging, { mask: true })).toMatch(/swap it in/);
  });

  it("compares what is masked with what the masking left", () => {
    const text = (fields: Partial<RestoreDraft>) => planRestore(point, own, ask(own, fields)).map((line) => line.text);
    expect(text({ mask: true }).join()).toMatch(/compare them with what the masking left/);
    expect(text({}).join()).toMatch(/compare them with the manifest/);
  });

  it("names what stops, for how long, and where the living data is kept when it replaces it", () => {
    const lines = planRestore(point, own, ask(own, { mode: "swap" }));
    const grave = lines.filter((line) => line.isGrave).map((line) => line.text);
    expect(lines[0]?.text).toMatch(/^Back up pads of pads-production_db as it is now/);
    expect(grave).toEqual([
      "Stop the app of pads (production).",
      expect.stringMatching(/pads_before_….*The app is down meanwhile: about 4 min 10 s/),
    ]);
  });

  it("says first that it is other data which is replaced", () => {
    const accounts = { ...own, own: false, database: "accounts", confirm: "pads-production" };
    expect(planRestore(point, accounts, ask(accounts, { mode: "swap" }))[0]).toEqual({
      text: "This is other data than the backup is of: it replaces accounts of pads-production_db.",
      isGrave: true,
    });
  });

  it("masks before the rows get anywhere", () => {
    expect(
      planRestore(point, staging, ask(staging, {}))
        .map((line) => line.text)
        .join("\n"),
    ).toMatch(/throw-away server without network, run the policy’s masking/);
  });

  it("is named on the button", () => {
    expect(nameRestore(own, ask(own, { mode: "swap" }))).toBe("Replace pads of pads");
    expect(nameRestore(staging, ask(staging, {}))).toBe("Restore beside pads of pads");
  });
});
