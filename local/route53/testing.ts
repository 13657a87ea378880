import { randomBytes } from "node:crypto";
import { createSocket } from "node:dgram";
import { once } from "node:events";
import { connect } from "node:net";
import { setTimeout as wait } from "node:timers/promises";
import {
  type Change,
  ChangeResourceRecordSetsCommand,
  GetChangeCommand,
  Route53Client,
  type RRType,
} from "@aws-sdk/client-route-53";
import { type DecodedPacket, decode, encode, type RecordType } from "dns-packet";

export const TEST_ZONE_ID = "Z0TESTZONE";

/** A client with an access key of its own, so that faults set for it disturb nobody else; it never retries. */
export function createClient(endpoint: string, options: { accessKeyId?: string; secretAccessKey?: string } = {}) {
  const accessKeyId = options.accessKeyId ?? `AKIATEST${randomBytes(6).toString("hex").toUpperCase()}`;
  const client = new Route53Client({
    region: "us-east-1",
    endpoint,
    maxAttempts: 1,
    credentials: { accessKeyId, secretAccessKey: options.secretAccessKey ?? "any" },
  });
  return { client, accessKeyId };
}

export const change = (
  action: "CREATE" | "UPSERT" | "DELETE",
  name: string,
  type: RRType,
  ...values: string[]
): Change => ({
  Action: action,
  ResourceRecordSet: { Name: name, Type: type, TTL: 60, ResourceRecords: values.map((Value) => ({ Value })) },
});

/** Asks for the changes and waits until they are INSYNC. */
export async function applyChanges(client: Route53Client, zoneId: string, ...changes: Change[]): Promise<void> {
  const { ChangeInfo } = await client.send(
    new ChangeResourceRecordSetsCommand({ HostedZoneId: zoneId, ChangeBatch: { Changes: changes } }),
  );
  let status = ChangeInfo?.Status;
  while (status !== "INSYNC") {
    await wait(50);
    const answer = await client.send(new GetChangeCommand({ Id: ChangeInfo?.Id }));
    status = answer.ChangeInfo?.Status;
  }
}

const question = (name: string, type: RecordType, udpPayloadSize?: number) => ({
  type: "query" as const,
  id: Math.floor(Math.random() * 65_536),
  questions: [{ name, type }],
  additionals:
    udpPayloadSize === undefined
      ? []
      : [
          {
            type: "OPT" as const,
            name: ".",
            udpPayloadSize,
            extendedRcode: 0,
            ednsVersion: 0,
            flags: 0,
            flag_do: false,
            options: [],
          },
        ],
});

export type DnsReply = DecodedPacket & { rcode: string };

export async function queryUdp(
  port: number,
  name: string,
  type: RecordType,
  udpPayloadSize?: number,
): Promise<DnsReply> {
  const socket = createSocket("udp4");
  try {
    socket.send(encode(question(name, type, udpPayloadSize)), port, "127.0.0.1");
    const [message] = (await once(socket, "message", { signal: AbortSignal.timeout(5000) })) as [Buffer];
    return decode(message) as DnsReply;
  } finally {
    socket.close();
  }
}

export async function queryTcp(port: number, name: string, type: RecordType): Promise<DnsReply> {
  const socket = connect(port, "127.0.0.1");
  try {
    const message = encode(question(name, type));
    const prefix = Buffer.alloc(2);
    prefix.writeUInt16BE(message.length);
    socket.write(Buffer.concat([prefix, message]));
    let received = Buffer.alloc(0);
    while (received.length < 2 || received.length < 2 + received.readUInt16BE(0)) {
      const [chunk] = (await once(socket, "data", { signal: AbortSignal.timeout(5000) })) as [Buffer];
      received = Buffer.concat([received, chunk]);
    }
    return decode(received.subarray(2)) as DnsReply;
  } finally {
    socket.destroy();
  }
}
