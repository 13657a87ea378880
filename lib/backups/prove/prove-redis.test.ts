import { describe, expect, test } from "vitest";
import type { Counts } from "../schema/manifest.ts";
import { compareKeys } from "./prove-redis.ts";

describe("keys of a loaded server", () => {
  const counted: Counts = { db0: [98, 100], db3: [2, 2] };
  const compare = (db0: number, db3: number, expired = 0) =>
    compareKeys(counted, new Map(Object.entries({ db0, db3 }).filter(([, keys]) => keys > 0)), expired);

  test("the snapshot of a queue may have more or fewer than were counted around it", () => {
    expect(compare(99, 2)).toEqual({ differences: [], told: [] });
    expect(compare(103, 2)).toEqual({ differences: [], told: ["db0 has 103 keys instead of 98 to 100"] });
    expect(compare(97, 1).told).toEqual(["db0 has 97 keys instead of 98 to 100", "db3 has 1 keys instead of 2"]);
    expect(compare(99, 0)).toEqual({ differences: ["db3 is missing"], told: [] });
  });

  test("a database may be empty once its keys have expired, also one that had fewer in the dump than around it", () => {
    expect(compare(99, 0, 2)).toEqual({ differences: [], told: [] });
    expect(compare(0, 2, 97)).toEqual({ differences: [], told: ["db0 is missing"] });
  });
});
