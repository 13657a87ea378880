import { expect, test } from "vitest";
import type { ReleaseView } from "#lib/releases/types.ts";
import { addFiles, draftAfter, findMigrationProblems, releaseOf } from "./release-draft.ts";

const last = {
  image: "registry.example/pad:1.0",
  sourceUrl: "https://github.com/acme/pad/commit/abcdef1",
  branch: "main",
  template: {
    secrets: ["db_pass", "mail_key"],
    mounts: [
      { kind: "volume", source: "files", target: "/data", readOnly: false },
      { kind: "folder", source: "", target: "/srv", readOnly: true },
    ],
  },
  migrationTexts: [{ id: "0001_notes", sql: "CREATE TABLE notes (id INT)" }],
} as ReleaseView;

test("begins with the image, the source and the migrations of the release before", () => {
  const draft = draftAfter(last);
  expect(draft).toMatchObject({ image: "registry.example/pad:1.0", sourceUrl: "https://github.com/acme/pad" });
  expect(draft.migrations).toEqual([{ ...last.migrationTexts[0], isEarlier: true }]);
  expect(draftAfter(null)).toMatchObject({ image: "", migrations: [] });
});

test("sends what was left empty as nothing, so that the image's labels fill it", () => {
  const wanted = releaseOf({ ...draftAfter(last), commitId: "  ABCDEF12 ", branch: " ", notes: " Faster. \n" });
  expect(wanted).toMatchObject({ commitId: "abcdef12", branch: null, notes: "Faster." });
  expect(wanted.migrations).toEqual([last.migrationTexts[0]]);
});

test("wants one name and some text for each migration", () => {
  const fields = findMigrationProblems([
    { id: "a", sql: "SELECT 1" },
    { id: " a", sql: "SELECT 2" },
    { id: "b", sql: " " },
    { id: "", sql: "SELECT 3" },
  ]);
  expect(Object.keys(fields)).toEqual(["migrations.1.id", "migrations.2.sql", "migrations.3.id"]);
});

test("puts chosen files in the order of their names and replaces one of the same name", () => {
  const rows = addFiles(draftAfter(last).migrations, [
    { name: "10_more.sql", text: "c" },
    { name: "2_some.SQL", text: "b" },
    { name: "0001_notes.sql", text: "a" },
  ]);
  expect(rows.map(({ id, sql }) => [id, sql])).toEqual([
    ["0001_notes", "a"],
    ["2_some", "b"],
    ["10_more", "c"],
  ]);
});

test("leaves what the app is given alone unless somebody says otherwise", () => {
  const draft = draftAfter(last);
  expect(releaseOf(draft).stack).toEqual({});
  expect(releaseOf({ ...draft, changesStack: true, secrets: "mail_key\n api_key \n" }).stack).toEqual({
    secrets: ["mail_key", "api_key"],
    volumes: [{ name: "files", target: "/data", readOnly: false }],
  });
});

test("begins with the health check of the release before, and sends one only when it is to be another", () => {
  const timing = { intervalS: 10, timeoutS: 5, retries: 3, startPeriodS: 30 };
  const healthCheck = { kind: "http", path: "/healthz", port: 8080, ...timing };
  const draft = draftAfter({ ...last, template: { ...last.template, healthCheck } } as ReleaseView);
  expect(draft.health).toMatchObject({ kind: "http", path: "/healthz", port: "8080", intervalS: "10" });
  expect(releaseOf(draft).stack).toEqual({});
  const changed = { ...draft, changesHealth: true };
  expect(releaseOf(changed).stack).toEqual({ healthCheck });
  expect(releaseOf({ ...changed, health: { ...draft.health, path: " /ready ", retries: "many" } }).stack).toEqual({
    healthCheck: { ...healthCheck, path: "/ready", retries: Number.NaN },
  });
  const command = { ...draft.health, kind: "command" as const, command: "pg_isready\n--quiet\n" };
  expect(releaseOf({ ...changed, health: command }).stack.healthCheck).toEqual({
    kind: "command",
    argv: ["pg_isready", "--quiet"],
    ...timing,
  });
  expect(releaseOf({ ...changed, health: { ...draft.health, kind: "none" } }).stack).toEqual({ healthCheck: null });
});
