import { once } from "node:events";
import { connect, createServer, type Socket } from "node:net";

/** In the 16 bits of what a server can do that its greeting begins with. */
const SPEAKS_TLS = 0x08;
const HEADER_BYTES = 4;
const THREAD_SALT_FILLER_BYTES = 4 + 8 + 1;

/** Somebody between us and a server who says in its name that it has no TLS. */
export async function startStrippingFront(port: number): Promise<{ port: number; close(): void }> {
  const sockets = new Set<Socket>();
  const server = createServer((client) => {
    const onward = connect(port, "127.0.0.1");
    for (const socket of [client, onward]) {
      sockets.add(socket);
      socket
        .on("error", () => {})
        .once("close", () => {
          client.destroy();
          onward.destroy();
        });
    }
    onward.once("data", (greeting: Buffer) => {
      const version = greeting.indexOf(0, HEADER_BYTES + 1);
      const at = version + 1 + THREAD_SALT_FILLER_BYTES + 1;
      greeting[at] = (greeting[at] ?? 0) & ~SPEAKS_TLS;
      client.write(greeting);
      onward.pipe(client);
    });
    client.pipe(onward);
  });
  server.listen(0);
  await once(server, "listening");
  const address = server.address();
  return {
    port: typeof address === "object" && address ? address.port : 0,
    close: () => {
      server.close();
      for (const socket of sockets) socket.destroy();
    },
  };
}
