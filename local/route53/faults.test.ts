import { GetHostedZoneCommand, ListHostedZonesCommand, ListResourceRecordSetsCommand } from "@aws-sdk/client-route-53";
import { afterAll, beforeAll, describe, expect, it } from "vitest";
import { TokenBucket } from "./faults.ts";
import { type Route53, startRoute53 } from "./server.ts";
import { applyChanges, change, createClient, TEST_ZONE_ID } from "./testing.ts";

describe("faults", () => {
  let route53: Route53;
  beforeAll(async () => {
    route53 = await startRoute53({ zone: { name: "example.test", id: TEST_ZONE_ID }, insyncMs: 0 });
  });
  afterAll(() => route53.close());

  const control = async (method: string, path: string, body?: unknown): Promise<unknown> => {
    const response = await fetch(`${route53.endpoint}/_control/${path}`, {
      method,
      ...(body === undefined ? {} : { body: JSON.stringify(body) }),
    });
    expect(response.status).toBe(200);
    return response.json();
  };

  it("strike only the access key they are set for", async () => {
    const [struck, other] = [createClient(route53.endpoint), createClient(route53.endpoint)];
    await control("PUT", "faults", { accessKeyId: struck.accessKeyId, throttle: 1 });
    await expect(struck.client.send(new ListHostedZonesCommand({}))).rejects.toMatchObject({
      name: "Throttling",
      message: "Rate exceeded",
      $metadata: { httpStatusCode: 400 },
    });
    await expect(other.client.send(new ListHostedZonesCommand({}))).resolves.toBeDefined();
    await control("DELETE", `faults?accessKeyId=${struck.accessKeyId}`);
    await expect(struck.client.send(new ListHostedZonesCommand({}))).resolves.toBeDefined();
  });

  it("fail the next requests with the code asked for", async () => {
    const { client, accessKeyId } = createClient(route53.endpoint);
    const failNext = [{ code: "PriorRequestNotComplete", operation: "ChangeResourceRecordSets", count: 2 }];
    await control("PUT", "faults", { accessKeyId, failNext });
    const add = () => applyChanges(client, TEST_ZONE_ID, change("UPSERT", "next.example.test", "A", "192.0.2.1"));
    await expect(client.send(new GetHostedZoneCommand({ Id: TEST_ZONE_ID }))).resolves.toBeDefined();
    await expect(add()).rejects.toMatchObject({ name: "PriorRequestNotComplete", $metadata: { httpStatusCode: 400 } });
    await expect(add()).rejects.toMatchObject({ name: "PriorRequestNotComplete" });
    await expect(add()).resolves.toBeUndefined();
  });

  it("can cut the connection after the change was made", async () => {
    const { client, accessKeyId } = createClient(route53.endpoint);
    await control("PUT", "faults", { accessKeyId, operations: ["ChangeResourceRecordSets"], dropAfterApply: 1 });
    await expect(
      applyChanges(client, TEST_ZONE_ID, change("CREATE", "cut.example.test", "A", "192.0.2.1")),
    ).rejects.toMatchObject({
      code: "ECONNRESET",
    });
    const { ResourceRecordSets } = await client.send(
      new ListResourceRecordSetsCommand({
        HostedZoneId: TEST_ZONE_ID,
        StartRecordName: "cut.example.test",
        MaxItems: 1,
      }),
    );
    expect(ResourceRecordSets?.[0]?.Name).toBe("cut.example.test.");
  });

  it("can refuse every batch that names one record, and no other", async () => {
    const { client, accessKeyId } = createClient(route53.endpoint);
    await control("PUT", "faults", { accessKeyId, refuse: [{ name: "bad.example.test", words: "It is cursed" }] });
    const create = (...labels: string[]) =>
      applyChanges(
        client,
        TEST_ZONE_ID,
        ...labels.map((label) => change("CREATE", `${label}.example.test`, "A", "192.0.2.1")),
      );
    await expect(create("good", "bad")).rejects.toMatchObject({
      name: "InvalidChangeBatch",
      message: expect.stringContaining("[It is cursed]"),
    });
    await expect(create("good")).resolves.toBeUndefined();
  });

  it("count requests, errors and accepted batches by access key", async () => {
    const { client, accessKeyId } = createClient(route53.endpoint);
    await applyChanges(client, TEST_ZONE_ID, change("CREATE", "counted.example.test", "A", "192.0.2.1"));
    await client.send(new GetHostedZoneCommand({ Id: "ZNONE" })).catch(() => undefined);
    expect(await control("GET", `counters?accessKeyId=${accessKeyId}`)).toMatchObject({
      keys: {
        [accessKeyId]: {
          operations: { ChangeResourceRecordSets: 1, GetHostedZone: 1 },
          errors: { NoSuchHostedZone: 1 },
        },
      },
      changeBatches: [
        {
          accessKeyId,
          hostedZoneId: TEST_ZONE_ID,
          changes: [{ action: "CREATE", recordSet: { name: "counted.example.test.", values: ["192.0.2.1"] } }],
        },
      ],
    });
  });

  it("limit the rate as the account does: a burst, then ten a second", () => {
    const bucket = new TokenBucket(10, 50, 0);
    expect(Array.from({ length: 60 }, () => bucket.take(0)).filter(Boolean)).toHaveLength(50);
    expect(Array.from({ length: 60 }, () => bucket.take(1000)).filter(Boolean)).toHaveLength(10);
  });

  it("refuse a plan they do not understand", async () => {
    const response = await fetch(`${route53.endpoint}/_control/faults`, { method: "PUT", body: '{"trottle":1}' });
    expect(response.status).toBe(400);
  });
});
