/** The parts of maildev (which ships no types) that are used here, with what smtp-server hands to its hooks. */
declare module "maildev" {
  import type { Readable } from "node:stream";

  export interface SmtpSession {
    id: string;
    envelope: { rcptTo: Array<{ address: string }> };
  }
  export type SmtpReply = (error?: Error | null, message?: string) => void;

  export interface SmtpServer {
    onConnect(session: SmtpSession, reply: SmtpReply): void;
    onRcptTo(address: { address: string }, session: SmtpSession, reply: SmtpReply): void;
    onData(stream: Readable, session: SmtpSession, reply: SmtpReply): void;
    connections: Set<{ id: string; _socket: { destroy(): void } }>;
  }

  export interface MailServer {
    smtp: SmtpServer;
    listen(): Promise<void>;
    close(callback?: () => void): void;
  }

  export interface MailDevConfig {
    smtp: number;
    web: number;
    ip: string;
    mailDirectory: string;
    silent?: boolean;
  }

  const createMailDev: (config: MailDevConfig) => MailServer;
  export default createMailDev;
}

declare module "maildev/lib/web.js" {
  const web: { server: import("node:http").Server };
  export default web;
}
