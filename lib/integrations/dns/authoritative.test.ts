import packet from "dns-packet";
import { afterEach, describe, expect, it } from "vitest";
import { overrideConfig } from "#lib/platform/config/config.ts";
import { applyTestEnv } from "#local/test-world.ts";
import { describeAnswers, queryAuthoritative } from "./authoritative.ts";
import { parseServer } from "./servers.ts";
import { AUTHORITATIVE, closeNameServers, reply, serve } from "./testing/name-server.ts";

applyTestEnv();
const NAME = "pad.example.org";
afterEach(() => {
  closeNameServers();
  overrideConfig(undefined);
});

const ask = (servers: string[], type: "A" | "TXT" = "A") => {
  overrideConfig({ DNS_AUTHORITATIVE_SERVERS: servers });
  return queryAuthoritative(NAME, type, { timeoutMs: 200 });
};

describe("queryAuthoritative", () => {
  it("reports each server's own answer", async () => {
    const good = await serve((query) => reply(query, [{ name: NAME, type: "A", ttl: 60, data: "203.0.113.1" }]));
    const none = await serve((query) => reply(query, []));
    const gone = await serve((query) => reply(query, [], AUTHORITATIVE | 3));
    const cache = await serve((query) => reply(query, [{ name: NAME, type: "A", ttl: 60, data: "203.0.113.1" }], 0));
    const dead = "127.0.0.1:9";
    const answers = await ask([good, none, gone, cache, dead]);
    expect(answers.map(({ kind }) => kind)).toEqual(["answered", "nodata", "nxdomain", "failed", "failed"]);
    expect(answers[0]).toMatchObject({ values: ["203.0.113.1"], ttl: 60 });
    expect(describeAnswers(answers.slice(0, 2))).toBe(
      `${good} answers 203.0.113.1; ${none} has the name without this type`,
    );
  });

  it("asks again by TCP when the answer was cut short", async () => {
    const text = "x".repeat(2_000);
    const parts = [Buffer.from(text.slice(0, 250)), ...Array.from({ length: 7 }, () => Buffer.from("x".repeat(250)))];
    const server = await serve(
      (query) => reply(query, [], AUTHORITATIVE | packet.TRUNCATED_RESPONSE),
      (query) => reply(query, [{ name: NAME, type: "TXT", ttl: 60, data: parts }]),
    );
    expect(await ask([server], "TXT")).toMatchObject([{ kind: "answered", values: [text] }]);
  });

  it("believes no answer to another question", async () => {
    const server = await serve((query) => ({ ...reply(query, []), id: ((query.id ?? 0) + 1) % 65_536 }));
    expect(await ask([server])).toMatchObject([{ kind: "failed" }]);
  });
});

it.each([
  ["192.0.2.1", { host: "192.0.2.1", port: 53 }],
  ["192.0.2.1:5353", { host: "192.0.2.1", port: 5353 }],
  ["[2001:db8::1]:5353", { host: "2001:db8::1", port: 5353 }],
  ["2001:db8::1", { host: "2001:db8::1", port: 53 }],
])("reads the server %s", (text, address) => {
  expect(parseServer(text)).toMatchObject(address);
});
