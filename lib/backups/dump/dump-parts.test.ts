import { execFileSync, spawnSync } from "node:child_process";
import { existsSync, mkdtempSync, rmSync, symlinkSync } from "node:fs";
import { tmpdir } from "node:os";
import { join } from "node:path";
import { setTimeout as delay } from "node:timers/promises";
import fc from "fast-check";
import { afterAll, beforeAll, describe, expect, test } from "vitest";
import { startProgram } from "#lib/integrations/programs/run.ts";
import type { Compression } from "../constants.ts";
import { findEngine } from "../engines/registry.ts";
import type { Login } from "../engines/types.ts";
import type { Counts } from "../schema/manifest.ts";
import { type BackupWorld, startBackupWorld } from "../testing.ts";
import { compareCounts, mergeCounts, sayAgreement, sumRows } from "./counts.ts";
import { assertWhole, startDump } from "./dump-stream.ts";
import { inContainer } from "./place.ts";
import { assertTableRows } from "./snapshot.ts";

const engine = findEngine("mariadb");
const signal = () => AbortSignal.timeout(60_000);

describe("counts", () => {
  const agreed = { differences: [], told: [] };

  test("equal tables agree; any difference is named", () => {
    const compare = (counts: Counts, found: Counts) => compareCounts({ counts }, found);
    expect(compare({ a: [1, 1], b: [2, 2] }, { b: [2, 2], a: [1, 1] })).toEqual(agreed);
    expect(compare({ a: [5, 5] }, { a: [4, 4] })).toEqual({ differences: ["a has 4 rows instead of 5"], told: [] });
    const differences = ["a is missing", "b was not dumped but is there"];
    expect(compare({ a: [1, 1] }, { b: [1, 1] })).toEqual({ differences, told: [] });
  });

  test("a number from around the dump is told and not judged: what is written to may have had any at its moment", () => {
    const queue = { a: [98, 100] as [number, number], b: [2, 2] as [number, number] };
    for (const rows of [103, 97, 1]) {
      const found: Counts = { a: [rows, rows], b: [2, 2], late: [1, 1] };
      const told = [`a has ${rows} rows instead of 98 to 100`, "late was not dumped but is there"];
      expect(compareCounts({ counts: queue, counting: "range" }, found)).toEqual({ differences: [], told });
    }
    // Of an exact count only that of a table which is not transactional.
    const found: Counts = { a: [103, 103], b: [3, 3] };
    expect(compareCounts({ counts: queue, counting: "exact", outsideSnapshot: ["a"] }, found)).toEqual({
      differences: ["b has 3 rows instead of 2"],
      told: ["a has 103 rows instead of 98 to 100"],
    });
  });

  test("what was there before and after is neither missing nor empty", () => {
    const counted = { counts: { a: [98, 100], b: [2, 2], c: [0, 5] } as Counts, counting: "range" as const };
    const differences = ["a has 0 rows instead of 98 to 100", "b is missing"];
    expect(compareCounts(counted, { a: [0, 0], c: [0, 0] })).toEqual({ differences, told: [] });
  });

  test("nobody says that a number agrees which does not", () => {
    expect(sayAgreement({ counts: {} }, [])).toBe("as in the snapshot that was dumped");
    expect(sayAgreement({ counts: {}, outsideSnapshot: ["a"] }, [])).toBe("as counted when it was dumped");
    expect(sayAgreement({ counts: {}, counting: "range" }, [])).toBe("within what was there before and after");
    expect(sayAgreement({ counts: {}, counting: "range" }, ["a", "b", "c", "d", "e", "f"])).toMatch(
      /^6 numbers other than around the dump, which is not judged \(a; b; c; d; e and 1 more\)$/,
    );
  });

  test("a table made or dropped during the dump may be in it or not", () => {
    const made = mergeCounts({ a: [2, 2] }, { a: [2, 2], b: [5, 5], c: [0, 0] });
    const dropped = mergeCounts({ a: [2, 2], b: [5, 5], c: [0, 0] }, { a: [2, 2] });
    for (const counts of [made, dropped]) {
      for (const found of [{}, { b: 0 }, { b: 5, c: 0 }] as Record<string, number>[]) {
        const counted = Object.fromEntries(
          Object.entries({ a: 2, ...found }).map(([table, rows]) => [table, [rows, rows]]),
        );
        expect(compareCounts({ counts }, counted as Counts)).toEqual(agreed);
      }
      expect(compareCounts({ counts }, { b: [5, 5] }).differences).toEqual(["a is missing"]);
    }
    expect(compareCounts({ counts: { empty: [0, 0] } }, {}).differences).toEqual(["empty is missing"]);
  });

  test("a range holds both of its ends", () => {
    const number = fc.nat();
    fc.assert(
      fc.property(number, number, (before, after) => {
        const counts = mergeCounts({ a: [before, before] }, { a: [after, after] });
        expect(compareCounts({ counts }, { a: [before, before] })).toEqual(agreed);
        expect(compareCounts({ counts }, { a: [after, after] })).toEqual(agreed);
        expect(sumRows(counts)).toBe(Math.min(before, after));
      }),
    );
  });
});

describe("names of tables", () => {
  test("as the servers quote them are taken", () => {
    assertTableRows([
      "`note`\t1\t1",
      "`a ``b`` c`\t0\t0",
      "`ä;-- x`\t1\t0",
      "public.note\t1\t1",
      'public."No te"\t1\t1',
      '"x""y".z_1\t1\t1',
    ]);
  });
  test.each([
    ["a line break ends one and begins a statement", ["`x\t1".slice(0, 2), "mysql.user; DROP TABLE note; -- `\t1"]],
    ["a whole name before the break", ["`a``\t1", "\\! id`\t1"]],
    ["a statement in place of a name", ["note; DROP TABLE note\t1"]],
    ["a client's command", ["\\! id\t1"]],
    ["nothing", [""]],
  ])("%s is refused", (_what, rows) => {
    expect(() => assertTableRows(rows)).toThrow(/name with characters/);
  });
});

describe("assertWhole", () => {
  const whole = { dump: 0, press: 0, rawBytes: 33, last: Buffer.from("x\n-- Dump completed on 2026-11-21\n") };
  const options = { compression: "zstd", format: "sql" } as const;
  test.each([
    [{ dump: 2 }, 10, /exit code 2/],
    [{ press: 1 }, 10, /zstd ended/],
    [{ last: Buffer.from("INSERT INTO note VALUES (1);\n") }, 10, /last line/],
    [{}, 0, /empty/],
  ])("%j is refused", (more, size, words) => {
    expect(() => assertWhole({ ...whole, ...more }, size, "", options)).toThrow(words);
  });
  test("a whole one passes", () => {
    expect(() => assertWhole(whole, 10, "", options)).not.toThrow();
  });
});

/** A folder with these programs and no perl, as in a small image. */
function smallImage(...more: string[]): string {
  const bin = mkdtempSync(join(tmpdir(), "seaworthy-bin-"));
  const programs = [
    "sh",
    "cat",
    "seq",
    "mktemp",
    "rm",
    "mkfifo",
    "tail",
    "tee",
    "wc",
    "base64",
    "tr",
    "renice",
    ...more,
  ];
  for (const program of programs) symlinkSync(execFileSync("which", [program]).toString().trim(), join(bin, program));
  afterAll(() => rmSync(bin, { recursive: true }));
  return bin;
}

describe("what a dump is compressed with", () => {
  const argv = ["echo", "--\n-- Dump completed on 2026-11-21"];
  const start = (compression: Compression, PATH: string) =>
    startDump({ run: startProgram, argv, env: { PATH }, compression, format: "sql" }, signal());
  const withGzip = smallImage("gzip");
  const withNone = smallImage();

  test.each([
    ["zstd", smallImage("zstd"), "zstd"],
    ["gzip where there is no zstd", withGzip, "gzip"],
  ] as const)("is %s", async (_what, path, program) => {
    const dump = await start("zstd", path);
    expect(dump.compression).toBe(program);
    const chunks: Uint8Array[] = [];
    for await (const chunk of dump.body) chunks.push(chunk);
    expect(execFileSync(program, ["-dc"], { input: Buffer.concat(chunks) }).toString()).toBe(`${argv[1]}\n`);
  });

  test.each([
    ["lrzip", withGzip],
    ["gzip", withNone],
    ["zstd", withNone],
  ] as const)("is told where there is no %s, nor what stands in for it", async (wanted, path) => {
    await expect(start(wanted, path)).rejects.toMatchObject({ code: "backups.no_compressor", retry: "needs_person" });
  });
});

describe("the last bytes of a dump", () => {
  const bin = smallImage("zstd");

  test.each([
    ["as perl keeps them", {}],
    ["as tee and tail keep them where there is no perl", { PATH: bin }],
  ])("%s say whether it is whole", async (_what, env: Record<string, string>) => {
    const end = "--\n-- Dump completed on 2026-11-21";
    for (const [script, isWhole] of [
      [`seq 1 400000; echo '${end}'`, true],
      [`echo '${end}'`, true],
      [`echo '${end}'; seq 1 400000`, false],
      ["seq 1 400000", false],
      [`echo '${end}'; exit 3`, false],
    ] as const) {
      const argv = ["sh", "-c", script];
      const dump = await startDump({ run: startProgram, argv, env, compression: "zstd", format: "sql" }, signal());
      const chunks: Uint8Array[] = [];
      const reading = (async () => {
        for await (const chunk of dump.body) chunks.push(chunk);
        return execFileSync("zstd", ["-dc"], { input: Buffer.concat(chunks), maxBuffer: 1e9 }).toString();
      })();
      if (isWhole) expect(await reading).toBe(execFileSync("sh", ["-c", script], { maxBuffer: 1e9 }).toString());
      else await expect(reading).rejects.toMatchObject({ code: "backups.dump_failed" });
    }
  });

  test.each([
    ["much at once", "seq 1 3000000"],
    ["a little now and then", "for i in $(seq 40); do seq $i 2000; sleep 0.00$((i % 10)); done"],
  ])("whatever comes before them is handed out whole: %s", async (_what, script) => {
    const argv = ["sh", "-c", `${script}; echo '-- Dump completed on 2026-11-21'`];
    const dump = await startDump({ run: startProgram, argv, env: {}, compression: "none", format: "sql" }, signal());
    const chunks: Uint8Array[] = [];
    for await (const chunk of dump.body) chunks.push(chunk);
    const [program = "", ...rest] = argv;
    expect(Buffer.concat(chunks).equals(execFileSync(program, rest, { maxBuffer: 1e9 }))).toBe(true);
  });

  test("are not enough where what hands it out dies with some of it, after the compressor was done", async () => {
    const script = `
      main=$(cut -d ' ' -f 4 /proc/$PPID/stat); ours=$main,$(pgrep -d , -P $main)
      signal() { pkill -$1 -f '/dev/null /dev/null [0-9]*$' -P $ours; }
      until signal STOP; do :; done
      { while pgrep -x zstd -P $ours; do :; done; signal KILL; } >/dev/null 2>&1 &
      seq 1 20000; echo '-- Dump completed on 2026-11-21'`;
    const argv = ["sh", "-c", script];
    const dump = await startDump({ run: startProgram, argv, env: {}, compression: "zstd", format: "sql" }, signal());
    const reading = (async () => {
      for await (const _chunk of dump.body);
    })();
    await expect(reading).rejects.toMatchObject({ message: expect.stringMatching(/zstd ended with exit code 93/) });
  });
});

describe("a dump that is held", () => {
  const end = "-- Dump completed on 2026-11-21";
  const start = (script: string, hold: Promise<void>) => {
    const argv = ["sh", "-c", script];
    const options = { run: startProgram, argv, env: {}, compression: "none", format: "sql", hold } as const;
    return startDump(options, signal());
  };

  test("has begun, and is whole once it is let go", async () => {
    const dir = mkdtempSync(join(tmpdir(), "seaworthy-held-"));
    const [begun, done] = [join(dir, "begun"), join(dir, "done")];
    const hold = Promise.withResolvers<void>();
    const dump = await start(`>${begun}; seq 1 400000; echo '${end}'; >${done}`, hold.promise);
    const chunks: Uint8Array[] = [];
    const reading = (async () => {
      for await (const chunk of dump.body) chunks.push(chunk);
    })();
    await expect.poll(() => existsSync(begun)).toBe(true);
    await delay(300);
    expect([chunks.length, existsSync(done)]).toEqual([0, false]);
    hold.resolve();
    await reading;
    expect(Buffer.concat(chunks).toString()).toBe(
      `${execFileSync("seq", ["1", "400000"], { maxBuffer: 1e9 })}${end}\n`,
    );
    rmSync(dir, { recursive: true });
  });

  test.each([
    ["well", `echo; echo '${end}'`, true],
    ["badly", "echo no such user >&2; exit 2", false],
  ])("is not waited for once its program ended %s", async (_how, script, isWhole) => {
    const dump = await start(script, new Promise(() => {}));
    const reading = (async () => {
      for await (const _chunk of dump.body);
    })();
    if (isWhole) await reading;
    else await expect(reading).rejects.toMatchObject({ code: "backups.dump_failed" });
  });

  test("ends with whoever would have read it", async () => {
    const name = `held-${process.pid}`;
    const dump = await start(`yes ${name}`, new Promise(() => {}));
    const runs = () => spawnSync("pgrep", ["-f", name]).status === 0;
    await expect.poll(runs).toBe(true);
    dump.close();
    await expect.poll(runs).toBe(false);
  });
});

describe("with a real database", () => {
  let world: BackupWorld;
  let login: Login;

  beforeAll(async () => {
    world = await startBackupWorld("mariadb");
    login = world.login;
    await world.sql(`
      CREATE TABLE note (id INT PRIMARY KEY, body VARCHAR(400));
      INSERT INTO note SELECT seq, HEX(RANDOM_BYTES(150)) FROM seq_1_to_30000`);
  });
  afterAll(() => world?.close());

  const start = () => {
    const env = { [engine.passwordVariable]: login.password };
    const argv = engine.dumpArgv(login, null);
    const run = inContainer(world.containerId);
    return startDump({ run, argv, env, compression: "zstd", format: "sql" }, signal());
  };
  const readAll = async (body: AsyncIterable<Uint8Array>, onChunk = async (_length: number) => {}) => {
    const chunks: Uint8Array[] = [];
    for await (const chunk of body) {
      chunks.push(chunk);
      await onChunk(chunk.length);
    }
    return Buffer.concat(chunks);
  };

  const STALL_EVERY = 256 * 1024;
  test("a target that stalls loses nothing of the stream", async () => {
    const dump = await start();
    // To the end, and past the two seconds after which the engine drops what a stalled reader has not taken.
    let sizeBytes = 0;
    const packed = await readAll(dump.body, async (length) => {
      const before = Math.floor(sizeBytes / STALL_EVERY);
      sizeBytes += length;
      if (Math.floor(sizeBytes / STALL_EVERY) > before) await new Promise((resolve) => setTimeout(resolve, 700));
    });
    const text = execFileSync("zstd", ["-dc"], { input: packed, maxBuffer: 1e9 }).toString();
    expect(text).toMatch(/-- Dump completed on [^\n]*\n$/);
  });

  test("a dump in a container that is killed is cut, never whole", async () => {
    const dump = await start();
    let killed = false;
    const reading = readAll(dump.body, async () => {
      if (killed) return;
      killed = true;
      // Other tests dump at the same time.
      const kill = `for one in $(pgrep -f 'sh -c.*SEAWORTHY-END-'); do
        grep -q "$1" /proc/$one/cgroup && kill -9 $one && exit; done; exit 1`;
      execFileSync("sh", ["-c", kill, "kill", world.containerId]);
    });
    await expect(reading).rejects.toMatchObject({ code: "backups.dump_cut", retry: "retry" });
  });
});
