import { mkdtempSync, rmSync } from "node:fs";
import { tmpdir } from "node:os";
import { join } from "node:path";
import {
  ChangeResourceRecordSetsCommand,
  ChangeTagsForResourceCommand,
  CreateHostedZoneCommand,
  DeleteHostedZoneCommand,
  GetChangeCommand,
  GetHostedZoneCommand,
  ListHostedZonesByNameCommand,
  ListHostedZonesCommand,
  ListResourceRecordSetsCommand,
  type ListResourceRecordSetsCommandInput,
  ListTagsForResourceCommand,
} from "@aws-sdk/client-route-53";
import { afterAll, beforeAll, describe, expect, it } from "vitest";
import { type Route53, startRoute53 } from "./server.ts";
import { applyChanges, change, createClient, queryTcp, queryUdp, TEST_ZONE_ID } from "./testing.ts";

const zone = { name: "example.test", id: TEST_ZONE_ID };

describe("the Route 53 stand-in", () => {
  let route53: Route53;
  let client: ReturnType<typeof createClient>["client"];

  beforeAll(async () => {
    route53 = await startRoute53({ zone, insyncMs: 60 });
    client = createClient(route53.endpoint).client;
  });
  afterAll(() => route53.close());

  const list = async (input: { StartRecordName?: string; MaxItems?: number } = {}) =>
    client.send(new ListResourceRecordSetsCommand({ HostedZoneId: TEST_ZONE_ID, ...input }));

  it("has its first zone under the id it was given, with name servers", async () => {
    const answer = await client.send(new GetHostedZoneCommand({ Id: `/hostedzone/${TEST_ZONE_ID}` }));
    expect(answer.HostedZone).toMatchObject({ Id: `/hostedzone/${TEST_ZONE_ID}`, Name: "example.test." });
    expect(answer.DelegationSet?.NameServers).toHaveLength(4);
  });

  it("creates a zone once for a caller reference, and deletes it only when empty", async () => {
    const create = new CreateHostedZoneCommand({ Name: "second.test", CallerReference: "once" });
    const created = await client.send(create);
    expect(created.Location).toContain("/2013-04-01/hostedzone/Z");
    await expect(client.send(create)).rejects.toMatchObject({
      name: "HostedZoneAlreadyExists",
      $metadata: { httpStatusCode: 409 },
    });
    const Id = created.HostedZone?.Id ?? "";
    const add = change("CREATE", "a.second.test", "A", "192.0.2.1");
    await client.send(new ChangeResourceRecordSetsCommand({ HostedZoneId: Id, ChangeBatch: { Changes: [add] } }));
    await expect(client.send(new DeleteHostedZoneCommand({ Id }))).rejects.toMatchObject({
      name: "HostedZoneNotEmpty",
    });
    const remove = { ...add, Action: "DELETE" as const };
    await client.send(new ChangeResourceRecordSetsCommand({ HostedZoneId: Id, ChangeBatch: { Changes: [remove] } }));
    expect((await client.send(new DeleteHostedZoneCommand({ Id }))).ChangeInfo?.Status).toBe("PENDING");
    await expect(client.send(new GetHostedZoneCommand({ Id }))).rejects.toMatchObject({
      name: "NoSuchHostedZone",
      $metadata: { httpStatusCode: 404 },
    });
  });

  it("lists zones, by name too", async () => {
    const all = await client.send(new ListHostedZonesCommand({}));
    expect(all.HostedZones?.map((one) => one.Name)).toContain("example.test.");
    const byName = await client.send(new ListHostedZonesByNameCommand({ DNSName: "example.test", MaxItems: 1 }));
    expect(byName.HostedZones?.[0]?.Id).toBe(`/hostedzone/${TEST_ZONE_ID}`);
  });

  it("keeps tags", async () => {
    const resource = { ResourceType: "hostedzone" as const, ResourceId: TEST_ZONE_ID };
    await client.send(new ChangeTagsForResourceCommand({ ...resource, AddTags: [{ Key: "owner", Value: "panel" }] }));
    const { ResourceTagSet } = await client.send(new ListTagsForResourceCommand(resource));
    expect(ResourceTagSet?.Tags).toEqual([{ Key: "owner", Value: "panel" }]);
  });

  it("publishes a change in DNS when it becomes INSYNC, not before", async () => {
    const slow = await startRoute53({ zone, insyncMs: 300 });
    try {
      const own = createClient(slow.endpoint).client;
      const { ChangeInfo } = await own.send(
        new ChangeResourceRecordSetsCommand({
          HostedZoneId: TEST_ZONE_ID,
          ChangeBatch: { Changes: [change("CREATE", "later.example.test", "A", "192.0.2.5")] },
        }),
      );
      expect(ChangeInfo?.Status).toBe("PENDING");
      expect((await queryUdp(slow.dnsPort, "later.example.test", "A")).rcode).toBe("NXDOMAIN");
      await expect
        .poll(async () => (await own.send(new GetChangeCommand({ Id: ChangeInfo?.Id }))).ChangeInfo?.Status)
        .toBe("INSYNC");
      expect((await queryUdp(slow.dnsPort, "later.example.test", "A")).answers).toMatchObject([{ data: "192.0.2.5" }]);
    } finally {
      await slow.close();
    }
  });

  it("answers every record type, authoritatively", async () => {
    await applyChanges(
      client,
      TEST_ZONE_ID,
      change("CREATE", "all.example.test", "A", "192.0.2.1", "192.0.2.2"),
      change("CREATE", "all.example.test", "AAAA", "2001:db8::1"),
      change("CREATE", "all.example.test", "MX", "10 mail.example.test"),
      change("CREATE", "all.example.test", "TXT", '"one" "tw\\157"', '"three"'),
      change("CREATE", "all.example.test", "CAA", '0 issue "letsencrypt.org"'),
      change("CREATE", "_sip._tcp.example.test", "SRV", "1 2 5060 sip.example.test"),
    );
    const ask = async (name: string, type: "A" | "AAAA" | "MX" | "CAA" | "SRV" | "TXT") => {
      const reply = await queryUdp(route53.dnsPort, name, type);
      expect(reply).toMatchObject({ rcode: "NOERROR", flag_aa: true, flag_tc: false });
      return reply.answers?.map((answer) => ("data" in answer ? answer.data : undefined));
    };
    expect(await ask("ALL.example.test", "A")).toEqual(["192.0.2.1", "192.0.2.2"]);
    expect(await ask("all.example.test", "AAAA")).toEqual(["2001:db8::1"]);
    expect(await ask("all.example.test", "MX")).toEqual([{ preference: 10, exchange: "mail.example.test" }]);
    expect(await ask("all.example.test", "CAA")).toMatchObject([{ flags: 0, tag: "issue", value: "letsencrypt.org" }]);
    expect(await ask("_sip._tcp.example.test", "SRV")).toMatchObject([{ port: 5060, target: "sip.example.test" }]);
    expect(await ask("all.example.test", "TXT")).toEqual([
      [Buffer.from("one"), Buffer.from("two")],
      [Buffer.from("three")],
    ]);
  });

  it("answers with the SOA for a name that is not there and for a type that is not there", async () => {
    await applyChanges(client, TEST_ZONE_ID, change("CREATE", "deep.down.example.test", "A", "192.0.2.1"));
    const soa = [{ type: "SOA", name: "example.test" }];
    const missing = await queryUdp(route53.dnsPort, "nothing.example.test", "A");
    expect(missing).toMatchObject({ rcode: "NXDOMAIN", flag_aa: true, answers: [], authorities: soa });
    for (const name of ["deep.down.example.test", "down.example.test"])
      expect(await queryUdp(route53.dnsPort, name, "MX")).toMatchObject({ rcode: "NOERROR", authorities: soa });
    expect((await queryUdp(route53.dnsPort, "elsewhere.org", "A")).rcode).toBe("REFUSED");
  });

  it("follows CNAMEs within the zone and answers wildcards", async () => {
    await applyChanges(
      client,
      TEST_ZONE_ID,
      change("CREATE", "*.wild.example.test", "CNAME", "target.example.test"),
      change("CREATE", "target.example.test", "A", "192.0.2.8"),
      change("CREATE", "out.example.test", "CNAME", "www.elsewhere.org"),
      change("CREATE", "loop.example.test", "CNAME", "loop.example.test"),
    );
    expect((await queryUdp(route53.dnsPort, "any.wild.example.test", "A")).answers).toMatchObject([
      { type: "CNAME", name: "any.wild.example.test", data: "target.example.test" },
      { type: "A", name: "target.example.test", data: "192.0.2.8" },
    ]);
    expect((await queryUdp(route53.dnsPort, "out.example.test", "A")).answers).toMatchObject([{ type: "CNAME" }]);
    expect((await queryUdp(route53.dnsPort, "loop.example.test", "A")).rcode).toBe("NOERROR");
    expect((await list({ StartRecordName: "*.wild.example.test", MaxItems: 1 })).ResourceRecordSets?.[0]?.Name).toBe(
      "\\052.wild.example.test.",
    );
  });

  it("truncates over UDP what fits neither the classic nor the offered size, and gives it whole over TCP", async () => {
    const values = Array.from({ length: 8 }, (_, i) => `"${String(i).repeat(200)}"`);
    await applyChanges(client, TEST_ZONE_ID, change("CREATE", "big.example.test", "TXT", ...values));
    expect(await queryUdp(route53.dnsPort, "big.example.test", "TXT")).toMatchObject({ flag_tc: true, answers: [] });
    expect((await queryUdp(route53.dnsPort, "big.example.test", "TXT", 4096)).answers).toHaveLength(8);
    expect((await queryTcp(route53.dnsPort, "big.example.test", "TXT")).answers).toHaveLength(8);
  });

  it("pages record sets in its own order", async () => {
    const names = Array.from({ length: 12 }, (_, i) => `p${String(i).padStart(2, "0")}.pages.example.test`);
    await applyChanges(client, TEST_ZONE_ID, ...names.map((name) => change("CREATE", name, "A", "192.0.2.1")));
    const found: string[] = [];
    let next: Partial<ListResourceRecordSetsCommandInput> = {};
    for (let page = 0; page < 20; page += 1) {
      const answer = await client.send(
        new ListResourceRecordSetsCommand({ HostedZoneId: TEST_ZONE_ID, MaxItems: 5, ...next }),
      );
      found.push(...(answer.ResourceRecordSets ?? []).map((set) => set.Name ?? ""));
      if (!answer.IsTruncated) break;
      next = { StartRecordName: answer.NextRecordName, StartRecordType: answer.NextRecordType };
    }
    expect(found.slice(0, 2)).toEqual(["example.test.", "example.test."]);
    expect(found.filter((name) => name.includes(".pages."))).toEqual(names.map((name) => `${name}.`));
    expect((await list({ MaxItems: 301 })).MaxItems).toBe(300);
  });

  it("words its refusals as the service does", async () => {
    const send = (...changes: ReturnType<typeof change>[]) =>
      client.send(
        new ChangeResourceRecordSetsCommand({ HostedZoneId: TEST_ZONE_ID, ChangeBatch: { Changes: changes } }),
      );
    await expect(send(change("DELETE", "never.example.test", "A", "192.0.2.1"))).rejects.toMatchObject({
      name: "InvalidChangeBatch",
      message: "[Tried to delete resource record set [name='never.example.test.', type='A'] but it was not found]",
      $metadata: { httpStatusCode: 400 },
    });
    const noTtl = { Action: "CREATE" as const, ResourceRecordSet: { Name: "x.example.test", Type: "A" as const } };
    await expect(send(noTtl)).rejects.toMatchObject({ name: "InvalidInput", message: /but found none in Change with/ });
    await expect(client.send(new GetChangeCommand({ Id: "C404" }))).rejects.toMatchObject({
      name: "NoSuchChange",
      $metadata: { httpStatusCode: 404 },
    });
    await expect(
      createClient(route53.endpoint, { accessKeyId: "AKIAUNKNOWN" }).client.send(new ListHostedZonesCommand({})),
    ).rejects.toMatchObject({ name: "InvalidClientTokenId", $metadata: { httpStatusCode: 403 } });
  });

  it("verifies signatures when it knows the secret", async () => {
    const strict = await startRoute53({ zone, account: { accessKeyId: "AKIAOWN", secretAccessKey: "right" } });
    try {
      const read = (secretAccessKey: string) =>
        createClient(strict.endpoint, { accessKeyId: "AKIAOWN", secretAccessKey }).client.send(
          new ListResourceRecordSetsCommand({ HostedZoneId: TEST_ZONE_ID, StartRecordName: "*.a b.example.test" }),
        );
      await expect(read("wrong")).rejects.toMatchObject({ name: "SignatureDoesNotMatch" });
      await expect(read("right")).resolves.toBeDefined();
    } finally {
      await strict.close();
    }
  });

  it("remembers its zones across a restart", async () => {
    const dir = mkdtempSync(join(tmpdir(), "route53-"));
    try {
      const options = { zone, insyncMs: 0, stateFile: join(dir, "zones.json") };
      const first = await startRoute53(options);
      await applyChanges(
        createClient(first.endpoint).client,
        TEST_ZONE_ID,
        change("CREATE", "kept.example.test", "A", "192.0.2.4"),
      );
      await first.close();
      const second = await startRoute53(options);
      expect((await queryUdp(second.dnsPort, "kept.example.test", "A")).answers).toMatchObject([{ data: "192.0.2.4" }]);
      await second.close();
    } finally {
      rmSync(dir, { recursive: true });
    }
  });
});
