import { describe, expect, it } from "vitest";
import type { TargetConfig } from "../schema/target.ts";
import { isSamePlace } from "./same-place.ts";

const disk = (folder: string | null): TargetConfig => ({ kind: "disk", folder });
const s3 = (prefix: string, more: Partial<Extract<TargetConfig, { kind: "s3" }>> = {}): TargetConfig => ({
  ...{ kind: "s3", endpoint: "https://s3.example.org", region: "us-east-1", bucket: "harbour", prefix },
  ...{ accessKeyId: "AKIAEXAMPLE", pathStyle: true, checksums: true, conditionalWrites: true },
  ...more,
});
const ssh = (folder: string, more: Partial<Extract<TargetConfig, { kind: "ssh" }>> = {}): TargetConfig => ({
  ...{ kind: "ssh", host: "nas.example.org", port: 22, user: "seaworthy", folder },
  ...{ hostKey: `SHA256:${"A".repeat(43)}` },
  ...more,
});
const meet = (one: TargetConfig, other: TargetConfig) => {
  const both = [isSamePlace(one, other, "/srv/backups"), isSamePlace(other, one, "/srv/backups")];
  expect(both[0]).toBe(both[1]);
  return both[0];
};

describe("two targets", () => {
  it.each<[string, TargetConfig, TargetConfig]>([
    ["the same folder", disk("/mnt/b"), disk("/mnt/b")],
    ["a folder in a folder", disk("/mnt/b"), disk("/mnt/b/second")],
    ["the panel's own folder, by its name", disk(null), disk("/srv/backups")],
    ["a folder in the panel's own", disk(null), disk("/srv/backups/more")],
    ["a folder around the panel's own", disk(null), disk("/srv")],
    ["one bucket with another key", s3("panel"), s3("panel", { accessKeyId: "AKIAOTHER" })],
    ["a prefix in a prefix", s3("panel"), s3("panel/second")],
    ["a whole bucket and a prefix of it", s3(""), s3("panel")],
    [
      "one address, written in two ways",
      s3("", { endpoint: "https://S3.example.org:443/" }),
      s3("", { endpoint: "http://s3.example.org" }),
    ],
    [
      "Amazon with and without its address",
      s3("", { endpoint: null }),
      s3("", { endpoint: "https://s3.eu-central-1.amazonaws.com" }),
    ],
    ["one account's folder in another", ssh("/panel"), ssh("/panel/x", { host: "NAS.example.org" })],
  ])("are in the same place: %s", (_, one, other) => expect(meet(one, other)).toBe(true));

  it.each<[string, TargetConfig, TargetConfig]>([
    ["folders beside each other", disk("/mnt/b"), disk("/mnt/backups")],
    ["a folder beside the panel's own", disk(null), disk("/srv/backups2")],
    ["two prefixes of a bucket", s3("panel"), s3("panel2")],
    ["two buckets", s3(""), s3("", { bucket: "other" })],
    ["two servers", s3(""), s3("", { endpoint: "https://s3.example.com" })],
    ["two accounts", ssh("/panel"), ssh("/panel", { user: "other" })],
    ["two ports", ssh("/panel"), ssh("/panel", { port: 2222 })],
    ["a folder here and one elsewhere", disk("/panel"), ssh("/panel")],
  ])("are not: %s", (_, one, other) => expect(meet(one, other)).toBe(false));
});
