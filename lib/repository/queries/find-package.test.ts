import { afterAll, beforeAll, beforeEach, expect, test } from "vitest";
import type { Actor } from "#lib/access/types.ts";
import { overrideConfig } from "#lib/platform/config/config.ts";
import { startRepology } from "#local/repology/server.ts";
import { applyTestEnv } from "#local/test-world.ts";
import { findPackage } from "./find-package.ts";

const actorOf = (role: "staff" | "viewer"): Actor => ({
  kind: "user",
  id: "1",
  name: "Sam",
  email: "sam@example.org",
  roles: [role],
  via: "session",
  sessionId: "1",
  requestId: "1",
});
const sam = actorOf("staff");

let repology: Awaited<ReturnType<typeof startRepology>>;
beforeAll(() => void applyTestEnv());
beforeEach(async () => {
  repology = await startRepology();
  overrideConfig({ REPOLOGY_URL: repology.url });
  return () => repology.close();
});
afterAll(() => overrideConfig(undefined));

test("each channel's version stands beside upstream's, the newest channel first", async () => {
  expect(await findPackage(sam, "etherpad-lite")).toEqual({
    project: "etherpad-lite",
    known: true,
    summary: "Modern really-real-time collaborative document editor",
    upstream: "2.5.1",
    channels: [
      { channel: "nixos-unstable", version: "2.5.1", status: "newest", name: "etherpad-lite", isCurrent: true },
      { channel: "nixos-26.05", version: "2.5.0", status: "outdated", name: "etherpad-lite", isCurrent: false },
      { channel: "nixos-25.11", version: "2.4.2", status: "outdated", name: "etherpad-lite", isCurrent: false },
    ],
    page: `${repology.url}/project/etherpad-lite/versions`,
  });
});

test("of several packages of one project the one of its name is shown, and a wrong version is nobody's upstream", async () => {
  const found = await findPackage(sam, "vaultwarden");
  expect(found.upstream).toBe("1.35.2");
  expect(found.channels.map(({ channel, name }) => [channel, name])).toEqual([
    ["nixos-unstable", "vaultwarden"],
    ["nixos-26.05", "vaultwarden"],
  ]);
});

test("what is packaged elsewhere only, and what is not at all, are told apart", async () => {
  expect(await findPackage(sam, "requests")).toMatchObject({ known: true, channels: [], upstream: "2.33.0" });
  expect(await findPackage(sam, "no-such-thing")).toMatchObject({ known: false, channels: [], upstream: null });
});

test("it is asked once by everybody, says who asks, and a failure is not kept", async () => {
  repology.failWith(429);
  await expect(findPackage(sam, "vaultwarden")).rejects.toMatchObject({
    code: "repology.unreachable",
    retryAfterMs: 30_000,
  });
  repology.failWith(null);
  await Promise.all([findPackage(sam, "vaultwarden"), findPackage(sam, "vaultwarden")]);
  await findPackage(sam, "vaultwarden");
  expect(repology.asked).toHaveLength(2);
  expect(repology.asked[0]?.userAgent).toMatch(/^Seaworthy/);
});

test("one that does not answer is a failure to ask again later, and a viewer asks nothing", async () => {
  overrideConfig({ REPOLOGY_URL: "http://127.0.0.1:9" });
  await expect(findPackage(sam, "vaultwarden")).rejects.toMatchObject({ retry: "retry", status: 503 });
  await expect(findPackage(actorOf("viewer"), "vaultwarden")).rejects.toMatchObject({ status: 403 });
});
