import { once } from "node:events";
import { connect } from "node:net";
import { decode, encode } from "dns-packet";
import fc from "fast-check";
import { afterAll, beforeAll, describe, expect, it } from "vitest";
import { type DnsServer, respond, startDnsServer } from "./dns-server.ts";
import { ZoneStore } from "./zone-store.ts";

describe("the DNS server", () => {
  const store = new ZoneStore();
  store.createZone({ name: "example.test.", callerReference: "one" }, 0);
  let server: DnsServer;
  beforeAll(async () => {
    server = await startDnsServer(store, { host: "127.0.0.1", port: 0 });
  });
  afterAll(() => server.close());

  const soaQuery = (id: number) => encode({ type: "query", id, questions: [{ name: "ExAmPle.test", type: "SOA" }] });

  it("survives any bytes, and answers what has a header", () => {
    fc.assert(
      fc.property(fc.uint8Array({ maxLength: 80 }), (bytes) => {
        const response = respond(store, Buffer.from(bytes), 4096);
        if (bytes.length < 12) expect(response).toBeUndefined();
      }),
    );
    const cut = soaQuery(7).subarray(0, 20);
    expect(decode(respond(store, cut, 4096) ?? Buffer.alloc(0))).toMatchObject({ id: 7, rcode: "FORMERR" });
  });

  it("repeats the question as it was written, and does other operations and classes not", () => {
    expect(decode(respond(store, soaQuery(1), 512) ?? Buffer.alloc(0)).questions?.[0]?.name).toBe("ExAmPle.test");
    const update = soaQuery(2);
    update.writeUInt16BE(5 << 11, 2);
    expect(decode(respond(store, update, 512) ?? Buffer.alloc(0))).toMatchObject({ rcode: "NOTIMP" });
    const chaos = encode({ type: "query", id: 3, questions: [{ name: "example.test", type: "TXT", class: "CH" }] });
    expect(decode(respond(store, chaos, 512) ?? Buffer.alloc(0))).toMatchObject({ rcode: "REFUSED" });
  });

  it("takes several queries on one TCP connection, in pieces", async () => {
    const socket = connect(server.port, "127.0.0.1").setNoDelay(true);
    await once(socket, "connect");
    const frame = (id: number) => {
      const message = soaQuery(id);
      return Buffer.concat([Buffer.from([0, message.length]), message]);
    };
    const both = Buffer.concat([frame(11), frame(12)]);
    let received = Buffer.alloc(0);
    const ids: number[] = [];
    socket.on("data", (chunk) => {
      received = Buffer.concat([received, chunk]);
      while (received.length >= 2 && received.length >= 2 + received.readUInt16BE(0)) {
        const length = received.readUInt16BE(0);
        ids.push(decode(received.subarray(2, 2 + length)).id ?? 0);
        received = received.subarray(2 + length);
      }
    });
    socket.write(both.subarray(0, 9));
    await new Promise((done) => setImmediate(done));
    socket.write(both.subarray(9));
    await expect.poll(() => ids).toEqual([11, 12]);
    socket.destroy();
  });
});
