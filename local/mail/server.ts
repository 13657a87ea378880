import { once } from "node:events";
import { mkdirSync, mkdtempSync, rmSync } from "node:fs";
import type { IncomingMessage, Server, ServerResponse } from "node:http";
import { createServer } from "node:net";
import { tmpdir } from "node:os";
import { join } from "node:path";
import { text } from "node:stream/consumers";
import createMailDev from "maildev";
import web from "maildev/lib/web.js";
import { SmtpFault, SmtpFaults } from "./faults.ts";

export interface MailOptions {
  host?: string;
  /** 0 picks a free port. */
  smtpPort: number;
  webPort: number;
  /** Where mails are kept across restarts; without it they are gone at the end. */
  stateDir?: string;
}

export interface MailCatcher {
  smtpPort: number;
  url: string;
  close(): Promise<void>;
}

async function answerControl(faults: SmtpFaults, request: IncomingMessage, response: ServerResponse): Promise<void> {
  const url = new URL(request.url ?? "/", "http://stand-in");
  let status = 200;
  let problem: string | undefined;
  try {
    if (url.pathname !== "/_control/faults") status = 404;
    else if (request.method === "POST") faults.add(SmtpFault.parse(JSON.parse(await text(request))));
    else if (request.method === "DELETE") faults.clear(url.searchParams.get("recipient") ?? undefined);
  } catch (error) {
    status = 400;
    problem = error instanceof Error ? error.message : String(error);
  }
  response.writeHead(status, { "content-type": "application/json" });
  response.end(`${JSON.stringify(problem === undefined ? faults.list() : { error: problem })}\n`);
}

/** Puts the control path in front of what maildev serves. */
function addControl(server: Server, faults: SmtpFaults): void {
  const listeners = server.listeners("request");
  server.removeAllListeners("request");
  server.on("request", (request, response) => {
    if (request.url?.startsWith("/_control/")) void answerControl(faults, request, response);
    else for (const listener of listeners) listener.call(server, request, response);
  });
}

/** maildev takes port 0 for "my default", so a free one is found for it. */
async function findFreePort(host: string): Promise<number> {
  const probe = createServer().listen(0, host);
  await once(probe, "listening");
  const address = probe.address();
  probe.close();
  await once(probe, "close");
  return typeof address === "object" && address ? address.port : 0;
}

/** maildev ends the process at a signal by itself, before anything else is cleaned up; stopping is left to serve.ts. */
function withoutNewSignalHandlers<T>(create: () => T): T {
  const signals = ["SIGTERM", "SIGINT"] as const;
  const before = signals.map((signal) => process.listeners(signal));
  const created = create();
  for (const [i, signal] of signals.entries())
    for (const listener of process.listeners(signal))
      if (!before[i]?.includes(listener)) process.removeListener(signal, listener);
  return created;
}

/** Starts maildev on this host only, with nothing configured that would send mail on. One to a process: it keeps its mails in the module. */
export async function startMailCatcher(options: MailOptions): Promise<MailCatcher> {
  const { host = "127.0.0.1", stateDir } = options;
  const smtpPort = options.smtpPort || (await findFreePort(host));
  const webPort = options.webPort || (await findFreePort(host));
  const mailDirectory = stateDir ?? mkdtempSync(join(tmpdir(), "mail-"));
  mkdirSync(mailDirectory, { recursive: true });
  const mailServer = withoutNewSignalHandlers(() =>
    createMailDev({ smtp: smtpPort, web: webPort, ip: host, mailDirectory, silent: true }),
  );
  const faults = new SmtpFaults();
  faults.install(mailServer.smtp);
  addControl(web.server, faults);
  await Promise.all([mailServer.listen(), once(web.server, "listening")]);
  return {
    smtpPort,
    url: `http://${host}:${webPort}`,
    async close() {
      for (const connection of mailServer.smtp.connections) connection._socket.destroy();
      await new Promise<void>((done) => mailServer.close(done));
      if (stateDir === undefined) rmSync(mailDirectory, { recursive: true, force: true });
    },
  };
}
