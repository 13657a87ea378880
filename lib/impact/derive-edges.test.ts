import { describe, expect, test } from "vitest";
import { deriveEdges } from "./derive-edges.ts";
import type { Findable, Leaning } from "./types.ts";

const service = (name: string, more: Partial<Leaning & Findable> = {}): Leaning & Findable => ({
  ...{ id: name, name, hostnames: [`${name}.example.org`], folders: [`/srv/${name}`] },
  ...{ stackNames: [`${name}-production`], env: [], ...more },
});
const seen = (...services: (Leaning & Findable)[]) =>
  deriveEdges(services).map(({ fromId, toId, kind, reason }) => `${fromId} → ${toId} (${kind}): ${reason}`);
const withEnv = (name: string, value: string) => service("shop", { env: [{ name, value }] });

describe("what leans on what", () => {
  test("a variable that names another service's host, database, folder or secret", () => {
    const pads = service("pads");
    expect(seen(pads, withEnv("API", "https://pads.example.org/v1?x=1"))).toEqual([
      "shop → pads (hostname): API names pads.example.org",
    ]);
    expect(seen(pads, withEnv("DATABASE_URL", "mysql://u:p@pads-production_db:3306/pads"))).toEqual([
      "shop → pads (database): DATABASE_URL names pads-production_db",
    ]);
    expect(seen(pads, withEnv("UPLOADS", "/srv/pads/uploads/in"))).toEqual([
      "shop → pads (folder): UPLOADS names /srv/pads",
    ]);
    expect(seen(pads, withEnv("KEY_FILE", "/run/secrets/services.pads.api_key"))).toEqual([
      "shop → pads (secrets): KEY_FILE names a secret services.pads.…",
    ]);
  });

  test("a host name below another service's", () => {
    expect(seen(service("pads"), service("shop", { hostnames: ["img.pads.example.org"] }))).toEqual([
      "shop → pads (hostname): img.pads.example.org lies below pads.example.org",
    ]);
  });

  test("not on itself, not on a name that only begins alike, and once however often it is named", () => {
    expect(seen(service("pads", { env: [{ name: "SELF", value: "https://pads.example.org" }] }))).toEqual([]);
    expect(seen(service("pads"), withEnv("A", "/srv/pads-old https://pads.example.org.evil.net"))).toEqual([]);
    const twice = { env: ["ONE", "TWO"].map((name) => ({ name, value: "pads.example.org" })) };
    expect(seen(service("pads"), service("shop", twice))).toHaveLength(1);
  });
});
