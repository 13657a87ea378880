import { describe, expect, test } from "vitest";
import {
  borgmaticInputSchema,
  checkBackupInputSchema,
  retireBackupsInputSchema,
  takeBackupInputSchema,
  verifyBackupInputSchema,
} from "#lib/backups/schema/steps.ts";
import { choicesSchema } from "#lib/decommission/schema.ts";
import type { Choices, Maker } from "#lib/decommission/types.ts";
import { compileChecklist } from "./compile.ts";
import { DECOMMISSION, type DecommissionContext } from "./decommission.ts";

const ID = "00000000-0000-4000-8000-00000000000";
const maker = (stepId: number, group: Maker["group"], ...names: string[]): Maker => ({
  ...{ stepId, group, names },
  kinds: [group],
});

const WITH_PLACES = [
  { environment: "production", name: "database", kind: "mariadb" },
  { environment: "production", name: "files", kind: "files" },
  { environment: "staging", name: "data", kind: "volume" },
];

function contextOf(given: Partial<Choices> = {}, more: Partial<DecommissionContext> = {}): DecommissionContext {
  return {
    service: { id: `${ID}1`, name: "pads", ownerId: `${ID}2` },
    choices: choicesSchema.parse(given),
    dependants: [],
    stacks: [{ environment: "production", stackName: "pads-production" }],
    policies: [{ environment: "production", name: "database", kind: "mariadb" }],
    points: 3,
    makers: [
      maker(9, "route", "pads.example.org"),
      maker(8, "certificate", "pads.example.org"),
      maker(7, "record", "A pads.example.org"),
      maker(5, "stack", "pads-production_app", "pads-production_db", "pads-production_default"),
      maker(5, "volume", "pads-production_db"),
      maker(4, "folder", "/srv/pads"),
      maker(3, "secret", "services.pads.db_pass"),
    ],
    folders: ["/srv/pads"],
    ownRecords: [],
    hostnames: ["pads.example.org"],
    acmeFile: null,
    borgmatic: null,
    byHand: [],
    noRepository: "There is none.",
    ...more,
  };
}

const compile = (context: DecommissionContext) => compileChecklist(DECOMMISSION, context);
const done = (context: DecommissionContext) =>
  compile(context)
    .filter((step) => step.skipReason === undefined)
    .map((step) => step.key);
const reasonOf = (context: DecommissionContext, key: string) =>
  compile(context).find((step) => step.key === key)?.skipReason;

/** Everything a step waits for, however far. */
function ancestors(context: DecommissionContext, key: string): Set<string> {
  const steps = new Map(compile(context).map((step) => [step.key, step]));
  const found = new Set<string>();
  const visit = (one: string) => {
    for (const next of steps.get(one)?.dependsOn ?? [])
      if (!found.has(next)) {
        found.add(next);
        visit(next);
      }
  };
  visit(key);
  return found;
}

describe("the end of a service", () => {
  test("takes away everything the ledger has, each by its maker, after the last backup was proven", () => {
    const context = contextOf();
    const taken = compile(context).filter((step) => step.name === "resources.take-away" && !step.skipReason);
    expect(taken.map((step) => [step.input.stepId, step.input.kinds])).toEqual(
      [9, 5, 5, 4, 8, 7, 3].map((stepId, index) => [
        stepId,
        [["route", "stack", "volume", "folder", "certificate", "record", "secret"][index]],
      ]),
    );
    for (const { key } of taken) expect(ancestors(context, key)).toContain("proof.production.database");
    expect(ancestors(context, "take-folder.4")).toContain("archive.pads");
    expect(ancestors(context, "archive.pads")).toContain("take-stack.5");
    for (const { key } of taken) expect(ancestors(context, "proven-gone")).toContain(key);
  });

  test("waits for the word of each owner before anything at all", () => {
    const dependants = [{ service: "shop", owner: { id: `${ID}3`, name: "Olive" }, needs: "Database" }];
    const context = contextOf({}, { dependants });
    const word = compile(context).find((step) => step.key === "word.shop");
    expect(word).toMatchObject({ name: "manual", confirmById: `${ID}3`, title: "Olive: shop does without pads" });
    for (const step of compile(context))
      if (step.key !== "word.shop" && step.skipReason === undefined)
        expect(ancestors(context, step.key), step.key).toContain("word.shop");
  });

  test("keeps what was chosen to be kept, and the proof is told", () => {
    const context = contextOf({ files: "keep", database: "keep", secrets: "keep", backups: "keep" });
    for (const key of ["take-volume", "archive", "take-folder", "take-secret"])
      expect(reasonOf(context, key), key).toMatch(/kept, as was chosen/);
    const proof = compile(context).find((step) => step.key === "proven-gone");
    expect(proof?.input.keep).toEqual(["backup.point", "volume", "folder", "secret"]);
  });

  test("gives the steps of its backups what they take", () => {
    const borgmatic = { configFile: "/etc/borgmatic/config.yaml", sourceDirectories: ["/srv/pads"], databases: [] };
    const steps = new Map(
      compile(contextOf({}, { borgmatic, policies: WITH_PLACES })).map((one) => [one.name, one.input]),
    );
    for (const [name, schema] of [
      ["backups.check", checkBackupInputSchema],
      ["backups.take", takeBackupInputSchema],
      ["backups.verify", verifyBackupInputSchema],
      ["backups.retire", retireBackupsInputSchema],
      ["backups.borgmatic", borgmaticInputSchema],
    ] as const)
      expect(schema.parse(steps.get(name))).toEqual(steps.get(name));
  });

  test("stops nothing before its folders and volumes were seen to be readable where they are used", () => {
    const context = contextOf({}, { policies: WITH_PLACES });
    const checks = ["backup-check.production.files", "backup-check.staging.data"];
    expect(done(context).filter((key) => key.startsWith("backup-check"))).toEqual(checks);
    for (const key of ["pause-monitors", "stop.production"])
      expect([...ancestors(context, key)], key).toEqual(expect.arrayContaining(checks));
    expect(reasonOf(contextOf(), "backup-check")).toBe("No folder or volume of it is backed up.");
    const skipped = contextOf({ lastBackup: "skip", reason: "Its node burned" }, { policies: WITH_PLACES });
    expect(reasonOf(skipped, "backup-check")).toMatch(/^No last backup, as was chosen/);
  });

  test("goes only after a proof that got as far as comparing, unless that was chosen otherwise", () => {
    const proof = (given: Partial<Choices>) =>
      compile(contextOf(given)).find((step) => step.name === "backups.verify")?.input.mustProve;
    expect(proof({})).toBe(true);
    expect(proof({ lastBackup: "unproven", reason: "Its key is in the safe" })).toBe(false);
  });

  test("without a last backup says why, and what is not there is left out with its reason", () => {
    const context = contextOf({ lastBackup: "skip", reason: "The database is broken" });
    expect(reasonOf(context, "last-backup")).toBe("No last backup, as was chosen: The database is broken");
    expect(
      done(contextOf({}, { makers: [], policies: [], points: 0, stacks: [], folders: [], hostnames: [] })),
    ).toEqual(["pause-monitors", "proven-gone", "resume-monitors", "mail"]);
  });
});

describe("choices that do not go together", () => {
  const problems = (given: Partial<Choices>) =>
    choicesSchema.safeParse(given).error?.issues.map((issue) => issue.path.join(".")) ?? [];
  test("a database without its secrets, deleted backups without a newer proven one, no proof without a reason", () => {
    expect(problems({})).toEqual([]);
    expect(problems({ database: "keep" })).toEqual(["secrets"]);
    expect(problems({ lastBackup: "skip", backups: "delete" })).toEqual(["backups", "reason"]);
    expect(problems({ lastBackup: "unproven", backups: "delete" })).toEqual(["backups", "reason"]);
    for (const lastBackup of ["skip", "unproven"] as const)
      expect(problems({ lastBackup, reason: "It is broken" })).toEqual([]);
  });
});

test("what people did by hand is taken back by the role that can", () => {
  const byHand = [
    { key: "dns", title: "Remove its records at the registrar", role: "admin" as const },
    { key: "account", title: "Remove its reading account", role: "dba" as const },
  ];
  expect(
    compile(contextOf({}, { byHand }))
      .filter(({ key }) => key.startsWith("by-hand."))
      .map(({ role }) => role),
  ).toEqual(["admin", "dba"]);
});
