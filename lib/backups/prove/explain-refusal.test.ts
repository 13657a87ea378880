import { expect, test } from "vitest";
import { explainRefusal } from "./explain-refusal.ts";

test.each([
  [
    "postgresql",
    "pg_restore: error: could not execute query: ERROR:  pg_cron can only be loaded via shared_preload_libraries",
    /set up otherwise .*shared_preload_libraries/,
  ],
  ["postgresql", 'FATAL:  extension "timescaledb" must be preloaded', /set up otherwise .*preloaded/],
  ["postgresql", "ERROR:  can only create extension in database postgres", /set up otherwise/],
  ["postgresql", "ERROR:  permission denied to create event trigger", /only a superuser may make/],
  ["mariadb", `ERROR 1005 (HY000) at line 9: Can't create table (errno: 140 "Wrong create options")`, /errno: 140/],
  ["mysql", "ERROR 3185 (HY000) at line 9: Can't find master key from keyring", /master key/],
] as const)("%s, which says %s, says nothing of the copy", (kind, messages, why) => {
  expect(explainRefusal(kind, messages, null)).toMatch(why);
});

test.each([
  ["mariadb", "ERROR 1062 (23000) at line 9: Duplicate entry '…' for key 'PRIMARY'"],
  [
    "mariadb",
    'ERROR 1005 (HY000) at line 9: Can\'t create table (errno: 150 "Foreign key constraint is incorrectly formed")',
  ],
  ["postgresql", "pg_restore: error: could not read from input file: end of file"],
] as const)("%s, which says %s, speaks against it", (kind, messages) => {
  expect(explainRefusal(kind, messages, null)).toBeNull();
  expect(explainRefusal(kind, messages, "mysql:8.4")).toContain("mysql:8.4, which need not be");
});
