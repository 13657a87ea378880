import { expect, test } from "vitest";
import { commitUrl, compareUrl, nameDeployment, sayWho } from "./release-words.ts";

const [before, after] = ["1111111aaa", "2222222bbb"];

test.each([
  ["https://github.com/acme/pad", "https://github.com/acme/pad/compare/1111111aaa...2222222bbb"],
  ["https://github.com/acme/pad.git", "https://github.com/acme/pad/compare/1111111aaa...2222222bbb"],
  ["https://github.com/acme/pad/commit/2222222bbb", "https://github.com/acme/pad/compare/1111111aaa...2222222bbb"],
  ["https://gitlab.com/acme/pad/-/commit/2222222bbb", "https://gitlab.com/acme/pad/-/compare/1111111aaa...2222222bbb"],
])("finds what lies between two commits of %s", (source, url) => expect(compareUrl(source, before, after)).toBe(url));

test("has no comparison of a commit with itself or with nothing", () => {
  expect(compareUrl("https://github.com/acme/pad", after, after)).toBeNull();
  expect(compareUrl("https://github.com/acme/pad", null, after)).toBeNull();
  expect(compareUrl(null, before, after)).toBeNull();
});

test("finds one commit, by its own address where that was given", () => {
  expect(commitUrl("https://github.com/acme/pad", after)).toBe("https://github.com/acme/pad/commit/2222222bbb");
  expect(commitUrl("https://x.example/a/commit/9", after)).toBe("https://x.example/a/commit/9");
  expect(commitUrl("https://gitlab.com/acme/pad", after)).toBe("https://gitlab.com/acme/pad/-/commit/2222222bbb");
});

test("says who made a release and by what", () => {
  expect(sayWho({ by: { name: "Sam Sand" }, origin: "person" })).toBe("by Sam Sand");
  expect(sayWho({ by: { name: "Sam Sand" }, origin: "token" })).toBe("by Sam Sand with an API token");
  expect(sayWho({ by: null, origin: "webhook" })).toBe("by a webhook");
});

test("names a deployment by what it does", () => {
  const release = { id: "r", number: 12 };
  expect(nameDeployment({ kind: "release", release, environment: "production" })).toBe("Release 12 to production");
  expect(nameDeployment({ kind: "rollback", release, environment: "production" })).toBe(
    "Rollback of production to release 12",
  );
});
