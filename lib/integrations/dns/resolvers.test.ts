import packet from "dns-packet";
import { afterEach, describe, expect, it } from "vitest";
import { queryResolvers } from "./resolvers.ts";
import { closeNameServers, reply, serve } from "./testing/name-server.ts";

const NAME = "pad.example.org";
afterEach(closeNameServers);

describe("queryResolvers", () => {
  it("asks for recursion and says of each what it answers, or why it does not", async () => {
    const asked: number[] = [];
    const cache = await serve((query) => {
      asked.push((query.flags ?? 0) & packet.RECURSION_DESIRED);
      return reply(query, [{ name: NAME, type: "A", ttl: 17, data: "203.0.113.1" }], 0);
    });
    const unknown = await serve((query) => reply(query, [], 3));
    const refusing = await serve((query) => reply(query, [], 5));
    const silent = await serve((query) => ({ ...reply(query, []), id: 1 + (query.id ?? 0) }));
    const resolvers = [cache, unknown, refusing, silent, "not:a:resolver:at all"];
    const answers = await queryResolvers(NAME, "A", { resolvers, timeoutMs: 200 });
    expect(answers.map(({ server }) => server)).toEqual(resolvers);
    expect(answers).toMatchObject([
      { kind: "answered", values: ["203.0.113.1"], ttl: 17, address: cache },
      { kind: "nxdomain", values: [] },
      { kind: "failed", error: "REFUSED" },
      { kind: "failed", error: "no answer within 200 ms" },
      { kind: "failed", error: expect.stringContaining("DNS_PROPAGATION_RESOLVERS") },
    ]);
    expect(asked).toEqual([packet.RECURSION_DESIRED]);
  });

  it("reads MX, SRV, CAA, TXT and delegations as they are kept", async () => {
    const ask = async (type: "MX" | "SRV" | "CAA" | "TXT" | "NS", data: unknown) => {
      const server = await serve((query) => reply(query, [{ name: NAME, type, ttl: 60, data } as packet.Answer], 0));
      const [answer] = await queryResolvers(NAME, type, { resolvers: [server], timeoutMs: 500 });
      return answer?.values;
    };
    expect(await ask("MX", { preference: 0, exchange: "Mail.example.org" })).toEqual(["0 mail.example.org"]);
    expect(await ask("SRV", { priority: 1, weight: 2, port: 3, target: "Host.example.org" })).toEqual([
      "1 2 3 host.example.org",
    ]);
    expect(await ask("CAA", { flags: 128, tag: "issue", value: "letsencrypt.org" })).toEqual([
      '128 issue "letsencrypt.org"',
    ]);
    expect(await ask("TXT", ["one ", Buffer.from("tęxt")])).toEqual(["one tęxt"]);
    expect(await ask("NS", "NS1.example.net")).toEqual(["ns1.example.net"]);
  });
});
