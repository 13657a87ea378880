import { execFileSync } from "node:child_process";
import { describe, expect, test } from "vitest";
import { SOURCE_KINDS } from "../constants.ts";
import type { Manifest } from "../schema/manifest.ts";
import type { BackupSource } from "../schema/source.ts";
import type { TargetConfig } from "../schema/target.ts";
import { manifestOf } from "../testing/points.ts";
import { type ByHandFacts, quote } from "./by-hand-shell.ts";
import { writeByHand } from "./write-by-hand.ts";

const KEY = "pads/production/database/20261121T031200Z-0a1b2c3d";
const part = (name: string, file: string) => ({ name, key: `${KEY}/${file}`, sizeBytes: 1, sha256: "cd".repeat(32) });
const facts = (manifest: Partial<Manifest> = {}, more: Partial<ByHandFacts> = {}): ByHandFacts => ({
  key: KEY,
  manifest: manifestOf("00000000-0000-4000-8000-000000000000", manifest),
  target: { kind: "disk", folder: null },
  source: null,
  backupsRoot: "/var/backups/seaworthy",
  ...more,
});
const script = (given: ByHandFacts) =>
  writeByHand(given)
    .map((one) => one.command)
    .join("\n");

describe("commands by hand", () => {
  test.each(SOURCE_KINDS)("of %s are a script that a shell can read, and name no secret's value", (engine) => {
    const text = script(
      facts({
        engine,
        recipients: ["age1xyz"],
        parts: [part("database", "database.sql.zst.age"), part("list", "l.zst")],
      }),
    );
    execFileSync("bash", ["-n"], { input: text });
    expect(text).toContain("age --decrypt --identity identity.txt");
  });

  test("fetch from where the objects are", () => {
    expect(script(facts())).toContain(`cd /var/backups/seaworthy/${KEY}`);
    const target: TargetConfig = {
      kind: "s3",
      endpoint: "https://s3.example.org",
      region: "eu-central-1",
      bucket: "safe",
      prefix: "sea",
      accessKeyId: "AK",
      pathStyle: true,
      checksums: true,
      conditionalWrites: true,
    };
    expect(script(facts({}, { target }))).toContain(
      `aws s3 cp --recursive --endpoint-url https://s3.example.org --region eu-central-1 s3://safe/sea/${KEY}/`,
    );
    const ssh = {
      kind: "ssh",
      host: "vault.example.org",
      port: 2222,
      user: "sea",
      folder: "/srv/b",
      hostKey: "",
    } as const;
    expect(script(facts({}, { target: ssh }))).toContain(`scp -r -P 2222 sea@vault.example.org:/srv/b/${KEY} .`);
  });

  test("unpack with the program it was packed with", () => {
    const read = (compression: Manifest["compression"], file: string) =>
      script(facts({ compression, parts: [part("database", file)] }));
    expect(read("zstd", "d.sql.zst")).toContain("zstd -dc < d.sql.zst |");
    expect(read("gzip", "d.sql.gz.age")).toContain("age --decrypt --identity identity.txt d.sql.gz.age | gzip -dc |");
    expect(read("lrzip", "d.sql.lrz")).toContain("lrzcat d.sql.lrz |");
    expect(read("none", "d.sql")).toContain("cat d.sql |");
  });

  test("use the client of the engine, and the account of the policy", () => {
    const source: BackupSource = {
      kind: "postgresql",
      stackName: "pads-production",
      swarmService: "pads-production_db",
      databaseName: "pads",
      userName: "robin",
      passwordSecret: "services.pads.db_pass",
      rootPasswordSecret: null,
    };
    const parts = [part("database", "database.dump.zst"), part("globals", "globals.sql.zst")];
    const text = script(facts({ engine: "postgresql", parts }, { source }));
    expect(text).toContain("com.docker.swarm.service.name=pads-production_db");
    expect(text).toContain("pg_restore --host=127.0.0.1 --username=robin --exit-on-error");
    expect(text).toContain("zstd -dc < globals.sql.zst | ");
    expect(script(facts({ engine: "mysql" }))).toContain(" mysql --user=root");
    expect(script(facts())).toContain(" mariadb --user=root");
  });

  test.each(["plain", "with space", "it's", "$(reboot)", "a;b", "`x`"])("keep %s one word", (word) => {
    const said = execFileSync("bash", ["-c", `printf %s ${quote(word)}`]).toString();
    expect(said).toBe(word);
  });
});
