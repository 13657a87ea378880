import { expect, it } from "vitest";
import type { BackupSource } from "../schema/source.ts";
import { sourceKey } from "../sources/source-key.ts";
import { isOwn, listData, type PointOrigin, pickDestination } from "./pick-destination.ts";

const sourceOf = (databaseName: string): BackupSource => ({
  ...{ kind: "mariadb", stackName: "pads-production", swarmService: "pads-production_db", databaseName },
  ...{ userName: "pads", passwordSecret: "p", rootPasswordSecret: null },
});
const rowOf = (name: string, databaseName: string, environment = "production") => ({
  ...{ id: `${environment}/${name}`, name, serviceId: "s1", environment, source: sourceOf(databaseName) },
});
const main = rowOf("database", "main_db");
const wiki = rowOf("wiki", "wiki");
/** Of wiki's data, by its policy. */
const point: PointOrigin = {
  ...{ serviceId: "s1", environment: "production", policyId: wiki.id, policy: "wiki" },
  key: sourceKey(wiki.source),
};

it("a point goes where its data is, whatever the policies there are called", () => {
  expect(pickDestination([main, wiki], point)).toBe(wiki);
  const renamed = rowOf("a-wiki", "wiki");
  expect(pickDestination([rowOf("wiki", "main_db"), renamed], { ...point, policyId: "gone" })).toBe(renamed);
});

it("it is never said to come from other data, though that is all there is, or has its policy's name", () => {
  for (const other of [main, rowOf("wiki", "main_db"), { ...main, id: wiki.id }])
    expect(isOwn(other, point)).toBe(false);
  expect(isOwn(wiki, point)).toBe(true);
  expect(pickDestination([main], point)).toBe(main);
});

it("where its data is not, and there is more than one, somebody has to choose", () => {
  expect(pickDestination([main, rowOf("other", "other")], point)).toBeUndefined();
  expect(pickDestination([], point)).toBeUndefined();
});

it("of a point that says nothing of its data, the policy of its name is the one it comes from", () => {
  const old = { ...point, policyId: null, key: null };
  expect(pickDestination([main, wiki], old)).toBe(wiki);
  expect([isOwn(wiki, old), isOwn(main, old), isOwn(rowOf("wiki", "wiki", "staging"), old)]).toEqual([
    true,
    false,
    false,
  ]);
});

it("every data of a place is there once, by the point's own policy where several name it", () => {
  const nightly = rowOf("nightly", "wiki");
  expect(listData([main, nightly, wiki], point)).toEqual([main, wiki]);
  expect(listData([main, nightly, wiki], { ...point, policyId: nightly.id })).toEqual([main, nightly]);
  expect(listData([wiki, rowOf("wiki", "wiki", "staging")], point)).toHaveLength(2);
});
