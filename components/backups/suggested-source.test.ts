import { expect, it } from "vitest";
import type { BackupSource } from "#lib/backups/schema/source.ts";
import { blankIdentity, type IdentityDraft } from "./policy-draft.ts";
import { blankSource, sourceDraftOf } from "./source-draft.ts";
import { findChosen, findWished, moveTo } from "./suggested-source.ts";

const databaseOf = (environment: string): BackupSource => ({
  ...{ kind: "mariadb", stackName: `pads-${environment}`, swarmService: `pads-${environment}_db` },
  ...{ databaseName: "pads", userName: "pads", passwordSecret: "p", rootPasswordSecret: null },
});
const suggested = [
  ...["production", "staging"].map((environment) => ({
    environment,
    sources: [{ name: "database", source: databaseOf(environment) }],
  })),
  { environment: "empty", sources: [] },
];
const draftOf = (more: Partial<IdentityDraft> = {}): IdentityDraft => ({
  ...{ ...blankIdentity("pads"), source: sourceDraftOf(databaseOf("production")) },
  ...more,
});

it("a policy of another environment backs up that environment's data, not production's", () => {
  const draft = draftOf();
  const moved = { ...draft, ...moveTo("staging", draft, suggested) };
  expect(moved).toMatchObject({ environment: "staging", name: "database" });
  expect(moved.source).toMatchObject({ stackName: "pads-staging", swarmService: "pads-staging_db" });
  expect(findChosen(suggested, moved)?.name).toBe("database");
  expect(moveTo("empty", draft, suggested)).toEqual({ environment: "empty", source: blankSource("mariadb") });
});

it("what was described by hand stays as it was typed", () => {
  const draft = draftOf({ source: { ...blankSource("volume"), volumeName: "pads-production_uploads" } });
  expect(moveTo("staging", draft, suggested)).toEqual({ environment: "staging" });
});

it("a new policy begins with the data that its address names, and with the first where there is none such", () => {
  const folder: BackupSource = { kind: "files", path: "/srv/pads", exclude: [] };
  const files = { name: "files", source: folder };
  const known = suggested.map((place) => ({ ...place, sources: [...place.sources, files] }));
  expect(findWished(known, { environment: "staging", source: "files" })).toEqual({
    environment: "staging",
    source: files,
  });
  expect(findWished(known, { environment: "staging", source: "bogus" }).source?.name).toBe("database");
  expect(findWished(known, { environment: "bogus", source: null }).environment).toBe("production");
  expect(findWished([], { environment: null, source: null })).toEqual({ environment: undefined, source: undefined });
});
