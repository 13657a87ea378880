import fc from "fast-check";
import { expect, test } from "vitest";
import { nameInSwarm } from "./names.ts";

test("the convention's name is the swarm's name; a later content has its number", () => {
  expect(nameInSwarm("services.pad-notes.db_pass", 1)).toBe("services.pad-notes.db_pass");
  expect(nameInSwarm("services.pad-notes.db_pass", 3)).toBe("services.pad-notes.db_pass.v3");
});

test("no name is longer than Swarm takes, and different ones stay different", () => {
  const long = fc.stringMatching(/^services\.[a-z]{40}\.[a-z]{20,80}$/);
  fc.assert(
    fc.property(long, long, fc.integer({ min: 1, max: 999 }), (one, other, version) => {
      expect(nameInSwarm(one, version)).toMatch(/^[a-zA-Z0-9][a-zA-Z0-9._-]{0,62}[a-zA-Z0-9]$/);
      if (one !== other) expect(nameInSwarm(one, version)).not.toBe(nameInSwarm(other, version));
    }),
  );
});
