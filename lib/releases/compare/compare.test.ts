import fc from "fast-check";
import { describe, expect, test } from "vitest";
import type { ReleaseContent } from "../schema/content.ts";
import { collectEvidence } from "./collect-evidence.ts";
import { compareContents, listChangedMigrations } from "./compare-contents.ts";

const digest = (letter: string) => `registry.example.org/pad@sha256:${letter.repeat(64)}`;
const content = (more: Partial<ReleaseContent> = {}): ReleaseContent => ({
  images: { app: digest("a") },
  env: { LOG: "info" },
  secrets: { "services.pad.db_pass": 1 },
  replicas: 2,
  ports: [{ target: 8080, published: 30_001, protocol: "tcp" }],
  mounts: [{ kind: "volume", source: "pad_db", target: "/data", readOnly: false }],
  healthCheck: null,
  cpus: null,
  memoryMb: 512,
  placement: {},
  migrations: [{ id: "001", sql: "CREATE TABLE note (id INT)" }],
  ...more,
});

describe("the difference", () => {
  test("of one and the same is nothing", () => {
    expect(compareContents(content(), content())).toEqual([]);
  });

  test("names what was added, removed and changed, secrets by their version only", () => {
    const after = content({
      images: { app: digest("b") },
      env: { LEVEL: "debug" },
      secrets: { "services.pad.db_pass": 2 },
      ports: [{ target: 8080, published: 30_002, protocol: "tcp" }],
      memoryMb: null,
    });
    expect(
      compareContents(content(), after).map(({ area, name, change, before, after }) => [
        area,
        name,
        change,
        before,
        after,
      ]),
    ).toEqual([
      ["image", "app", "changed", digest("a"), digest("b")],
      ["environment", "LEVEL", "added", null, "debug"],
      ["environment", "LOG", "removed", "info", null],
      ["secret", "services.pad.db_pass", "changed", "version 1", "version 2"],
      ["port", "8080/tcp", "changed", "published on 30001", "published on 30002"],
      ["resources", "memory", "changed", "512 MB", "no limit"],
    ]);
  });

  test("says in words how another health check asks", () => {
    const check = {
      kind: "http",
      path: "/healthz",
      port: 8080,
      intervalS: 10,
      timeoutS: 5,
      retries: 3,
      startPeriodS: 30,
    };
    const of = (healthCheck: unknown) => content({ healthCheck });
    expect(compareContents(of(check), of({ ...check }))).toEqual([]);
    const command = { ...check, kind: "command", argv: ["pg_isready", "-q"], path: undefined, port: undefined };
    const [one] = compareContents(of(check), of(command));
    expect(one).toMatchObject({
      ...{ area: "health", change: "changed" },
      before: "GET :8080/healthz every 10 s, 5 s for an answer, sick after 3, the first 30 s forgiven",
      after: "pg_isready -q every 10 s, 5 s for an answer, sick after 3, the first 30 s forgiven",
    });
    expect(compareContents(of(check), of(null))).toMatchObject([{ area: "health", after: "none" }]);
  });

  test("lists only migrations that have not run there", () => {
    const after = content({ migrations: [...content().migrations, { id: "002", sql: "SELECT 1" }] });
    expect(compareContents(content(), after)).toEqual([
      { area: "migration", name: "002", change: "added", before: null, after: "will run" },
    ]);
  });

  test("names a migration that ran with another text, which does not run", () => {
    const after = content({ migrations: [{ id: "001", sql: "DROP TABLE note" }] });
    expect(compareContents(content(), after)).toEqual([
      { area: "migration", name: "001", change: "changed", before: "ran with another text", after: "is refused" },
    ]);
    expect(listChangedMigrations(content(), after).map(({ id }) => id)).toEqual(["001"]);
    expect(listChangedMigrations(null, after)).toEqual([]);
  });

  test("swapped is its mirror", () => {
    const entries = fc.dictionary(fc.constantFrom("A", "B", "C"), fc.constantFrom("1", "2"));
    fc.assert(
      fc.property(entries, entries, (one, other) => {
        const there = compareContents(content({ env: one }), content({ env: other }));
        const back = compareContents(content({ env: other }), content({ env: one }));
        const mirror = { added: "removed", removed: "added", changed: "changed" } as const;
        expect(back).toEqual(there.map((d) => ({ ...d, change: mirror[d.change], before: d.after, after: d.before })));
      }),
    );
  });
});

describe("the evidence", () => {
  test("cites the statements of new migrations only", () => {
    const after = content({
      migrations: [
        ...content().migrations,
        { id: "002", sql: "ALTER TABLE note ADD COLUMN a INT;\nDROP TABLE draft;" },
      ],
    });
    const { evidence, irreversible } = collectEvidence(content(), after, "mariadb");
    expect(evidence.dataLoss).toEqual(["002, line 2: DROP TABLE draft (takes it away with all that is in it)"]);
    expect(evidence.schemaChange).toHaveLength(2);
    expect(irreversible).toBe(true);
  });

  test("calls a mount that is taken away a loss of data, and ports and replicas infrastructure", () => {
    const { evidence } = collectEvidence(content(), content({ mounts: [], replicas: 3 }), "mariadb");
    expect(evidence.dataLoss).toEqual(["mount /data is removed: what is in it is not seen any more"]);
    expect(evidence.infrastructureChange).toEqual(["replicas app changes from 2 to 3", "mount /data is removed"]);
  });

  test("reads a migration as the service's own database does", () => {
    const after = content({
      migrations: [
        ...content().migrations,
        { id: "002", sql: "INSERT INTO t VALUES ('a\\'); DROP TABLE users; --');" },
      ],
    });
    const losses = collectEvidence(content(), after, "postgresql").evidence.dataLoss;
    expect(losses.some((one) => one.includes("takes it away with all that is in it"))).toBe(true);
  });

  test("of a first release is what its migrations do", () => {
    expect(collectEvidence(null, content(), "mariadb").evidence).toEqual({
      dataLoss: [],
      schemaChange: [expect.stringContaining("001, line 1")],
      infrastructureChange: [],
    });
  });
});
