import { describe, expect, test } from "vitest";
import { comparePorts, describeProblem } from "./compare-ports.ts";
import { guessDebian, repologyProject } from "./guess-debian.ts";
import { parseApk, parseDpkg, parseNpm, parsePaths, pickChanges } from "./parse-inventory.ts";
import { parseProcNet } from "./parse-proc-net.ts";

const HEAD = "  sl  local_address rem_address   st tx_queue rx_queue tr tm->when retrnsmt   uid  timeout inode";

describe("what listens", () => {
  test("is read from the kernel's tables: listeners only, in either version of IP", () => {
    const tcp = [
      HEAD,
      "   0: 00000000:1F90 00000000:0000 0A 00000000:00000000 00:00000000 00000000     0        0 1 1",
      "   1: 0100007F:0CEA 00000000:0000 0A 00000000:00000000 00:00000000 00000000     0        0 2 1",
      "   2: 0500000A:1F90 0600000A:C350 01 00000000:00000000 00:00000000 00000000     0        0 3 1",
    ].join("\n");
    expect(parseProcNet(tcp, "tcp")).toEqual([
      { port: 8080, protocol: "tcp", address: "0.0.0.0", isLocal: false },
      { port: 3306, protocol: "tcp", address: "127.0.0.1", isLocal: true },
    ]);
    const tcp6 = [
      HEAD,
      "   0: 00000000000000000000000000000000:1538 00000000000000000000000000000000:0000 0A 0 0 0 0 0 1",
      "   1: 00000000000000000000000001000000:0016 00000000000000000000000000000000:0000 0A 0 0 0 0 0 1",
      "   2: 0000000000000000FFFF00000100007F:0017 00000000000000000000000000000000:0000 0A 0 0 0 0 0 1",
    ].join("\n");
    expect(parseProcNet(tcp6, "tcp").map(({ port, address, isLocal }) => [port, address, isLocal])).toEqual([
      [5432, "::", false],
      [22, "::1", true],
      [23, "127.0.0.1", true],
    ]);
    const udp = `${HEAD}\n   0: 00000000:0035 00000000:0000 07 0 0 0 0 0 1\n   1: 0100007F:0035 0100007F:C001 01 0 0 0 0 0 1`;
    expect(parseProcNet(udp, "udp")).toEqual([{ port: 53, protocol: "udp", address: "0.0.0.0", isLocal: false }]);
  });

  const app = (
    listening: ReturnType<typeof parseProcNet>,
    published: { port: number; protocol: "tcp"; published: number }[] = [],
  ) =>
    comparePorts({
      ...{ part: "app", listening, published, isDatabase: false },
      declared: [{ port: 8080, protocol: "tcp", purpose: "Web pages" }],
    });
  const at = (port: number, address = "0.0.0.0") => ({
    ...{ port, protocol: "tcp" as const, address, isLocal: address.startsWith("127.") },
  });

  test("as declared is all right; undeclared, silent, or for itself only is said", () => {
    expect(app([at(8080)]).map(({ state }) => state)).toEqual(["ok"]);
    expect(app([at(8080), at(9000)]).map(describeProblem)).toEqual([
      null,
      "Something listens on tcp 9000 (app) that was not declared.",
    ]);
    expect(app([]).map(describeProblem)).toEqual(["tcp 8080 (app) was declared and nothing listens there."]);
    expect(app([at(8080, "127.0.0.1")]).map(describeProblem)).toEqual([
      "tcp 8080 (app) was declared and answers inside its container only (127.0.0.1).",
    ]);
    expect(app([at(8080), at(6060, "127.0.0.1")]).map(({ state }) => state)).toEqual(["local", "ok"]);
  });

  test("a database's port is never published, whatever was declared", () => {
    const published = [{ port: 6379, protocol: "tcp" as const, published: 6379 }];
    expect(app([at(8080), at(6379)], published).map(({ port, state }) => [port, state])).toEqual([
      [6379, "exposed"],
      [8080, "ok"],
    ]);
    const [odd] = comparePorts({
      ...{ part: "db", listening: [at(4444)], isDatabase: true, declared: [] },
      published: [{ port: 4444, protocol: "tcp", published: 4444 }],
    });
    expect(odd && describeProblem(odd)).toMatch(/^A database on tcp 4444 \(db\) is published on port 4444/);
  });
});

describe("what is installed", () => {
  test("Debian's and Alpine's packages are read with their versions", () => {
    expect(parseDpkg("zlib1g\t1:1.2.13\nodd\n")).toEqual([{ name: "zlib1g", version: "1:1.2.13", manager: "deb" }]);
    expect(parseApk("musl-1.2.5-r0\nca-certificates-bundle-20240705-r0\nWARNING: x\n")).toEqual([
      { name: "musl", version: "1.2.5-r0", manager: "apk" },
      { name: "ca-certificates-bundle", version: "20240705-r0", manager: "apk" },
    ]);
  });

  test("of languages' own packages those that the system's manager brought are left out", () => {
    const paths = [
      "/usr/local/lib/python3.12/site-packages/Flask_Login-0.6.3.dist-info",
      "/usr/lib/python3/dist-packages/six-1.16.0.egg-info",
      "/usr/lib/python3/dist-packages/pip-23.0.dist-info",
      "/usr/local/bundle/specifications/rails-html-sanitizer-1.6.0.gemspec",
      "/usr/lib/ruby/gems/3.3.0/specifications/default/json-2.7.gemspec",
      "/usr/local/lib/php/.registry/.channel.pecl.php.net/redis.reg",
    ].join("\n");
    expect(parsePaths(paths).map(({ manager, name, version }) => `${manager} ${name} ${version}`)).toEqual([
      "pip Flask_Login 0.6.3",
      "gem rails-html-sanitizer 1.6.0",
      "pecl redis ",
    ]);
    const npm = [
      '/app/node_modules/left-pad/package.json:  "version": "1.3.0",',
      '/app/node_modules/@scope/thing/package.json:  "version": "2.0.0",',
      '/app/node_modules/left-pad/dist/package.json:  "version": "9.9.9",',
      '/usr/local/lib/node_modules/npm/package.json:  "version": "11.0.0",',
    ].join("\n");
    expect(parseNpm(npm).map(({ name, version }) => `${name} ${version}`)).toEqual([
      "left-pad 1.3.0",
      "@scope/thing 2.0.0",
    ]);
  });

  test("of changed files those that come and go and the folders above others are left out", () => {
    const changes = [
      { path: "/etc", kind: 0 },
      { path: "/etc/app.conf", kind: 0 },
      { path: "/tmp/x", kind: 1 },
      { path: "/run/app.pid", kind: 1 },
      { path: "/opt/tool", kind: 1 },
    ];
    expect(pickChanges(changes)).toEqual([
      { path: "/etc/app.conf", act: "changed" },
      { path: "/opt/tool", act: "added" },
    ]);
  });

  test("a container that says too much of itself is believed up to a limit", () => {
    const many = Array.from({ length: 20_000 }, (_, at) => at);
    expect(parseDpkg(many.map((at) => `p${at}\t1`).join("\n"))).toHaveLength(5000);
    expect(parseApk(many.map((at) => `p${at}-1.0-r0`).join("\n"))).toHaveLength(5000);
    expect(parsePaths(many.map((at) => `/lib/p${at}-1.0.dist-info`).join("\n"))).toHaveLength(5000);
    expect(parseDpkg(`${"n".repeat(201)}\t1\nname\t${"1".repeat(101)}\nzlib1g\t1`)).toHaveLength(1);
    const files = many.map((at) => ({ path: `/data/${"d/".repeat(50)}${at}`, kind: 1 }));
    expect(pickChanges([{ path: "/data", kind: 0 }, ...files], 30_000)).toHaveLength(20_000);
  });

  test("Debian's name for it follows Debian's rules", () => {
    expect(guessDebian("pip", "Flask_Login")).toBe("python3-flask-login");
    expect(guessDebian("pip", "python-dateutil")).toBe("python3-dateutil");
    expect(guessDebian("npm", "@scope/thing")).toBe("node-scope-thing");
    expect(guessDebian("gem", "rails")).toBe("ruby-rails");
    expect(repologyProject("pip", "Flask_Login")).toBe("python:flask-login");
  });
});
