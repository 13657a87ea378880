import { once } from "node:events";
import type { AddressInfo } from "node:net";
import { createServer } from "node:tls";
import type { MadeCertificate } from "#local/authority.ts";

export interface TlsServer {
  port: number;
  /** What it shows from the next handshake on. */
  show(certificate: MadeCertificate): void;
  close(): Promise<void>;
}

/** A server on this machine that shows a certificate and says nothing more. */
export async function startTlsServer(certificate: MadeCertificate, port = 0): Promise<TlsServer> {
  const toOptions = (made: MadeCertificate) => ({ cert: made.chainPem, key: made.keyPem });
  const server = createServer(toOptions(certificate), (socket) => socket.on("error", () => {}).end());
  server.on("tlsClientError", () => {});
  server.listen(port, "127.0.0.1");
  await once(server, "listening");
  return {
    port: (server.address() as AddressInfo).port,
    show: (made) => server.setSecureContext(toOptions(made)),
    close: async () => {
      server.close();
      await once(server, "close");
    },
  };
}
