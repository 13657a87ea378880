import fc from "fast-check";
import { describe, expect, test } from "vitest";
import { policyName } from "#lib/backups/schema/policy.ts";
import { policyStepInputSchema } from "#lib/backups/schema/steps.ts";
import type { DraftAnswers } from "#lib/services/schema/answers.ts";
import { sourcesOf } from "./backup-sources.ts";
import { compileChecklist } from "./compile.ts";
import { PROVISION } from "./provision.ts";
import { CADDY, compile, contextOf, done } from "./testing/provision-plan.ts";

describe("a service's backups", () => {
  const keep = { data: { database: "postgresql", filesFolder: true } };
  const policies = (backups: Record<string, unknown>) =>
    compile({ ...keep, backups })
      .filter((step) => step.name === "backups.policy")
      .map((step) => ({ title: step.title, ...policyStepInputSchema.parse(step.input) }));

  test("are as often, at the hour and for as long as was answered, of the database and of the folder", () => {
    const daily = policies({ schedule: "daily", hour: 4, timeZone: "Europe/Berlin", keepDays: 10 });
    expect(daily.map((one) => [one.name, one.source.kind])).toEqual([
      ["database", "postgresql"],
      ["files", "files"],
    ]);
    expect(daily[0]).toMatchObject({
      title: "Back up its database: at 04:00, every day",
      cron: "0 4 * * *",
      timeZone: "Europe/Berlin",
      retention: { last: 3, daily: 10 },
      verification: { restoreEach: true, cron: "30 4 * * 0", randomOlder: true },
      targetId: null,
    });
    expect(policies({ schedule: "weekly", keepDays: 30 })[0]).toMatchObject({
      cron: "0 2 * * 0",
      retention: { weekly: 5 },
      verification: { restoreEach: true, cron: "30 2 1 * *", randomOlder: true },
    });
    expect(policies({ schedule: "hourly" })[0]).toMatchObject({
      cron: "0 * * * *",
      verification: { restoreEach: false, cron: "30 2 * * *", randomOlder: true },
    });
    expect(policies({ schedule: "none" })[0]).toMatchObject({
      cron: null,
      verification: { restoreEach: true, cron: null, randomOlder: false },
    });
  });

  test("are first taken and proven, unless that was not asked for", () => {
    const keys = (backups: Record<string, unknown>) =>
      done({ ...keep, backups }).filter((key) => /backup|proof/.test(key));
    expect(keys({})).toEqual(["backup.database", "backup.files", "proof.database", "proof.files"]);
    expect(keys({ takeFirst: false })).toEqual([]);
  });

  const SPOOL = { name: "print_spool", target: "/spool", readOnly: false };

  test("of its volumes are taken and proven as its files are, under names that policies may have", () => {
    const long = "a".repeat(40);
    const volumes = [SPOOL, { ...SPOOL, name: "print-spool", target: "/b" }, { ...SPOOL, name: long, target: "/c" }];
    const made = compile({ placement: { volumes } }).filter(({ name }) => name === "backups.policy");
    const inputs = made.map(({ input }) => policyStepInputSchema.parse(input));
    expect(inputs.map(({ name, source }) => [name, "volumeName" in source && source.volumeName])).toEqual([
      ["volume-print-spool", "pad-notes-production_print_spool"],
      ["volume-print-spool-2", "pad-notes-production_print-spool"],
      [`volume-${"a".repeat(29)}`, `pad-notes-production_${long}`],
    ]);
    expect(made[0]?.title).toBe("Back up its volume print_spool: at 02:00, every day");
    const keys = done({ placement: { volumes: [SPOOL] } }).filter((key) => /backup|proof/.test(key));
    expect(keys).toEqual(["backup.volume-print-spool", "proof.volume-print-spool"]);
  });

  test("of its volumes wait for the schedule where the swarm may have put them on another node", () => {
    const plan = (draft: DraftAnswers) => {
      const steps = compileChecklist(PROVISION, { ...contextOf(draft), hasOneNode: false });
      return {
        taken: steps
          .filter(({ key, skipReason }) => /^(backup|proof)\./.test(key) && !skipReason)
          .map(({ key }) => key),
        policies: steps.filter(({ name }) => name === "backups.policy").map(({ title }) => title),
        why: steps.find(({ key }) => key === "backup")?.skipReason,
      };
    };
    const placement = { volumes: [SPOOL] };
    expect(plan({ ...keep, placement })).toMatchObject({
      taken: ["backup.database", "backup.files", "proof.database", "proof.files"],
      policies: [
        "Back up its database: at 02:00, every day",
        "Back up its files: at 02:00, every day",
        "Back up its volume print_spool: at 02:00, every day; not now, as it may be on another node",
      ],
    });
    expect(plan({ placement })).toMatchObject({ taken: [], why: expect.stringContaining("on another node") });
    // Then nothing was to be taken now anyway.
    const [policy] = plan({ placement, backups: { takeFirst: false } }).policies;
    expect(policy).toBe("Back up its volume print_spool: at 02:00, every day");
  });

  test("of folders and volumes are a person's where there is nothing to pack them with", () => {
    const kept = { ...keep, placement: { volumes: [SPOOL] } };
    const steps = compileChecklist(PROVISION, contextOf(kept, CADDY, false)).filter((step) => !step.skipReason);
    const keys = steps.map((step) => step.key);
    expect(keys).toEqual(
      expect.arrayContaining(["policy.database", "policy.files", "policy.volume-print-spool", "backup.database"]),
    );
    expect(keys.filter((key) => /^backup\./.test(key))).toEqual(["backup.database"]);
    expect(steps.find(({ key }) => key === "files-backup")?.title).toMatch(
      /^Back up \S+\/pad-notes, pad-notes-production_print_spool by other means/,
    );
  });
});

test("each volume's policy has a name of its own, that a policy may have", () => {
  const volumeName = fc
    .oneof(fc.stringMatching(/^[a-z0-9][a-z0-9_-]{0,39}$/), fc.stringMatching(/^[ab](-|_|-2|-3){0,3}$/))
    .filter((name) => name !== "db");
  const { names } = contextOf({});
  const name = (volumes: string[]) => {
    const placement = { method: "swarm" as const, volumes: volumes.map((one) => ({ name: one })) };
    const answers = { data: { database: "none" as const, filesFolder: false }, placement };
    return sourcesOf({ answers, names }).map((one) => one.name);
  };
  expect(name(["a-b-2", "a_b", "a-b"])).toEqual(["volume-a-b-2", "volume-a-b", "volume-a-b-3"]);
  fc.assert(
    fc.property(fc.uniqueArray(volumeName, { maxLength: 50 }), (volumes) => {
      const named = name(volumes);
      expect(new Set(named).size).toBe(volumes.length);
      for (const one of named) expect(policyName.safeParse(one).success, one).toBe(true);
    }),
  );
});
