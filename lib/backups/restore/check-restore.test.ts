import { describe, expect, it } from "vitest";
import { AppError } from "#lib/platform/errors.ts";
import type { Manifest } from "../schema/manifest.ts";
import type { RestoreInput } from "../schema/restore.ts";
import type { BackupSource } from "../schema/source.ts";
import { checkRestore, type RestoreFacts } from "./check-restore.ts";
import { explainNotRestorable } from "./explain-not-restorable.ts";
import { databaseBefore, fillingAccount, restoredDatabase, restoredFolder } from "./names.ts";

const manifest: Manifest = {
  version: 2,
  backupId: "b",
  service: "pad-notes",
  environment: "production",
  policy: "database",
  engine: "mariadb",
  source: "pad_notes",
  image: "mariadb@sha256:1",
  startedAt: "2026-11-21T02:00:00Z",
  finishedAt: "2026-11-21T02:01:00Z",
  compression: "zstd",
  recipients: [],
  parts: [{ name: "database", key: "k/database.sql.zst", sizeBytes: 1, sha256: "0" }],
  counting: "exact",
  counts: { "`pads`": [3, 3] },
  checksums: {},
};
const database = {
  kind: "mariadb",
  stackName: "pad-notes-production",
  swarmService: "pad-notes-production_db",
  databaseName: "pad_notes",
  userName: "pad_notes",
  passwordSecret: "p",
  rootPasswordSecret: "r",
} as const satisfies BackupSource;
const production = { serviceId: "s1", serviceName: "pad-notes", environment: "production" };
const staging = { ...production, environment: "staging" };
const facts = (more: Partial<RestoreFacts> = {}): RestoreFacts => ({
  from: production,
  to: production,
  manifest,
  destination: database,
  own: !(more.from || more.to),
  maskingSql: null,
  policy: "database",
  hasIdentity: false,
  ...more,
});
const input = (more: Partial<RestoreInput> = {}): RestoreInput => ({
  serviceName: "pad-notes",
  environment: "production",
  mode: "beside",
  only: [],
  mask: false,
  identity: null,
  confirm: null,
  ...more,
});
function refusal(given: Partial<RestoreFacts>, asked: Partial<RestoreInput> = {}): AppError {
  try {
    checkRestore(facts(given), input(asked));
  } catch (error) {
    if (error instanceof AppError) return error;
  }
  throw new Error("it was not refused");
}

describe("what a restore may be", () => {
  it("goes beside its own living data with no more than a press", () => {
    expect(() => checkRestore(facts(), input())).not.toThrow();
  });

  it("takes the name of the service to replace living data", () => {
    expect(refusal({}, { mode: "swap" }).fields).toHaveProperty("confirm");
    expect(refusal({}, { mode: "swap", confirm: "pad-note" }).fields).toHaveProperty("confirm");
    expect(() => checkRestore(facts(), input({ mode: "swap", confirm: "pad-notes" }))).not.toThrow();
  });

  it("takes the environment too where other data is replaced than the point is of", () => {
    const masked = { to: staging, maskingSql: "UPDATE pads SET body = ''" };
    const swap = { environment: "staging", mode: "swap", mask: true } as const;
    expect(refusal(masked, { ...swap, confirm: "pad-notes" }).fields?.confirm).toBe("Type pad-notes-staging.");
    expect(() => checkRestore(facts(masked), input({ ...swap, confirm: "pad-notes-staging" }))).not.toThrow();
  });

  it("puts nothing in the place of other data of its service unless that was chosen", () => {
    const swap = { mode: "swap", confirm: "pad-notes-production" } as const;
    expect(refusal({ own: false }, swap).fields?.policyId).toMatch(/No policy of pad-notes names the data/);
    expect(refusal({ own: false }, { mode: "swap", confirm: "pad-notes", policyId: "p" }).fields).toHaveProperty(
      "confirm",
    );
    expect(() => checkRestore(facts({ own: false }), input({ ...swap, policyId: "p" }))).not.toThrow();
  });

  it("takes production's data for production's, whatever its policy calls it", () => {
    // Labelled staging, and the same data: it has not left.
    const same = { own: true, destination: database };
    expect(() => checkRestore(facts(same), input({ environment: "staging" }))).not.toThrow();
    const swap = { environment: "staging", mode: "swap", confirm: "pad-notes" } as const;
    expect(refusal(same, swap).fields?.mode).toMatch(/says staging, but what it names is production’s/);
    // From staging beside it: into production.
    expect(refusal({ from: staging }, { environment: "staging" }).fields).toHaveProperty("confirm");
  });

  it("never puts masked rows in the place of production's own", () => {
    const masked = { maskingSql: "UPDATE pads SET body = ''" };
    const swap = { mode: "swap", mask: true, confirm: "pad-notes" } as const;
    expect(refusal(masked, swap).fields).toHaveProperty("mask");
    expect(() => checkRestore(facts(masked), input({ mask: true }))).not.toThrow();
  });

  it("says whose masking is missing, and names no policy that is not there", () => {
    expect(refusal({ to: staging }, { mask: true }).advice).toMatch(/into that policy/);
    const adopted = refusal({ to: staging, policy: null }, { mask: true });
    expect(adopted.message).toMatch(/of no policy that is there now/);
    expect(adopted.advice).toMatch(/by a download link/);
    const ended = { to: staging, policy: null, maskingSql: "UPDATE pads SET body = ''" };
    expect(() => checkRestore(facts(ended), input({ mask: true }))).not.toThrow();
  });

  it("lets production leave only masked, by a masking that says something", () => {
    expect(refusal({ to: staging }).fields).toHaveProperty("mask");
    expect(refusal({ to: staging }, { mask: true }).code).toBe("backups.no_masking");
    expect(refusal({ to: staging, maskingSql: " \n" }, { mask: true }).code).toBe("backups.no_masking");
    const masked = facts({ to: staging, maskingSql: "UPDATE pads SET body = ''" });
    expect(() => checkRestore(masked, input({ mask: true }))).not.toThrow();
    const other = { ...production, serviceId: "s2", serviceName: "other" };
    expect(refusal({ to: other }, { confirm: "other" }).fields).toHaveProperty("mask");
  });

  it("asks for the name before anything of another environment lands in production", () => {
    expect(refusal({ from: staging }).fields).toHaveProperty("confirm");
    expect(() => checkRestore(facts({ from: staging }), input({ confirm: "pad-notes-production" }))).not.toThrow();
  });

  it("lets no files of production go elsewhere, for they cannot be masked", () => {
    const files: BackupSource = { kind: "files", path: "/srv/pad-notes", exclude: [] };
    const given = { to: staging, manifest: { ...manifest, engine: "files" as const }, destination: files };
    expect(refusal(given).code).toBe("backups.cannot_mask");
    expect(refusal(given, { mask: true }).code).toBe("backups.cannot_mask");
    expect(refusal({ ...given, to: production }, { mask: true }).fields).toHaveProperty("mask");
  });

  it("needs data of the same kind to be known there", () => {
    expect(refusal({ destination: null }).fields).toHaveProperty("serviceName");
    expect(refusal({ destination: { ...database, kind: "mysql" } }).fields).toHaveProperty("serviceName");
  });

  it("brings back only what the point has, and never swaps a part for the whole", () => {
    expect(() => checkRestore(facts(), input({ only: ["`pads`"] }))).not.toThrow();
    expect(refusal({}, { only: ["`users`"] }).fields).toHaveProperty("only");
    expect(refusal({}, { only: ["`pads`"], mode: "swap", confirm: "pad-notes" }).fields).toHaveProperty("only");
    const files: BackupSource = { kind: "files", path: "/srv/pad-notes", exclude: [] };
    const given = { manifest: { ...manifest, engine: "files" as const }, destination: files };
    expect(() => checkRestore(facts(given), input({ only: ["uploads/a.png"] }))).not.toThrow();
    for (const path of ["/etc/passwd", "../x", "a/../../x"])
      expect(refusal(given, { only: [path] }).fields, path).toHaveProperty("only");
  });

  it("wants an identity for what the panel cannot open by itself", () => {
    const encrypted = { manifest: { ...manifest, recipients: ["age1x"] } };
    expect(refusal(encrypted).fields).toHaveProperty("identity");
    expect(() => checkRestore(facts({ ...encrypted, hasIdentity: true }), input())).not.toThrow();
    expect(() => checkRestore(facts(encrypted), input({ identity: "AGE-SECRET-KEY-1A" }))).not.toThrow();
  });
});

describe("what is said of points that cannot be restored", () => {
  const good = { engine: "mariadb", state: "verified", missing: false, removed: false, described: true };
  it("is nothing when they can", () => {
    for (const engine of ["mariadb", "mysql", "postgresql", "mongodb", "files", "volume"])
      expect(explainNotRestorable({ ...good, engine })).toBeNull();
  });
  it("names the first reason there is", () => {
    for (const fault of [
      { state: "failed" },
      { state: "missed" },
      { state: "running" },
      { missing: true },
      { removed: true },
      { described: false },
      { engine: "redis" },
      { engine: "panel" },
    ])
      expect(explainNotRestorable({ ...good, ...fault }), JSON.stringify(fault)).toMatch(/\.$/);
  });
});

describe("a restore of MongoDB", () => {
  const counts = { "notes.people": [3, 3], "notes.kinds": [1, 1], "other.people": [1, 1] } satisfies Manifest["counts"];
  const mongodb = {
    ...{ kind: "mongodb", stackName: "pad-notes-production", swarmService: "pad-notes-production_mongo" },
    ...{ databaseName: null, userName: null, passwordSecret: null, oplog: false },
  } as const satisfies BackupSource;
  const given = (more: Manifest["counts"] = counts): Partial<RestoreFacts> => ({
    manifest: { ...manifest, engine: "mongodb", counts: more },
    destination: mongodb,
  });
  const ask = (asked: Partial<RestoreInput>, more?: Manifest["counts"]) =>
    checkRestore(facts(given(more)), input(asked));
  const fields = (asked: Partial<RestoreInput>, more?: Manifest["counts"]) => refusal(given(more), asked).fields;

  it("is of one database, which is named where the backup holds several", () => {
    expect(fields({})?.database).toMatch(/holds 2 databases/);
    expect(fields({ database: "gone" })?.database).toMatch(/no gone/);
    expect(fields({ database: "a*b" }, { "a*b.c": [1, 1] })?.database).toMatch(/by hand/);
    ask({ database: "other" });
    ask({}, { "notes.people": [3, 3] });
    expect(refusal(given({})).code).toBe("backups.nothing_in_it");
  });

  it("takes collections of that database alone", () => {
    ask({ database: "notes", only: ["notes.kinds"] });
    expect(fields({ database: "notes", only: ["other.people"] })?.only).toMatch(/no collection other\.people/);
  });

  it("takes no place from a server that is itself what its stack runs, nor is it masked", () => {
    const swap = { database: "notes", mode: "swap", confirm: "pad-notes" } as const;
    ask(swap);
    const itself = { ...given(), destination: { ...mongodb, swarmService: "pad-notes-production_app" } };
    expect(refusal(itself, swap).fields?.mode).toMatch(/whose app writes to it/);
    expect(fields({ database: "notes", mask: true })?.mask).toMatch(/Only MariaDB/);
    expect(refusal({ ...given(), to: staging }, { database: "notes", mask: true }).code).toBe("backups.cannot_mask");
  });

  it("is of MongoDB: another kind of backup has no databases to choose from", () => {
    expect(refusal({}, { database: "notes" }).fields?.database).toBeTruthy();
  });
});

describe("names of what a restore makes", () => {
  const at = new Date("2026-11-21T08:15:09.123Z");
  it("are the living one's with the time, never longer than a database may be called", () => {
    expect(restoredDatabase("pad_notes", at)).toBe("pad_notes_restored_20261121_081509");
    expect(databaseBefore("pad_notes", at)).toBe("pad_notes_before_20261121_081509");
    for (const name of [restoredDatabase("a".repeat(63), at), databaseBefore("a".repeat(63), at)]) {
      expect(name).toHaveLength(63);
      expect(name).toMatch(/_20261121_081509$/);
    }
    expect(restoredFolder("/srv/pad-notes/", at)).toBe("/srv/pad-notes.restored-20261121-081509");
  });
  it("fit into what servers allow for accounts", () => {
    expect(fillingAccount("a".repeat(63))).toMatch(/^sw_restore_[0-9a-f]{12}$/);
  });
});
