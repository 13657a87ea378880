import { createServer, type Server as NetServer, type Socket } from "node:net";
import type { Document } from "mongodb";
import { COMMANDS, OPEN_COMMANDS, type Server, type Session } from "./commands.ts";
import { Conversation, type Credentials, makeCredentials } from "./scram.ts";
import { CommandError, Store } from "./store.ts";
import { type Request, readRequest, takeMessage, writeReply } from "./wire.ts";

export interface ServerOptions {
  /** Without one everybody may do everything. */
  root: { user: string; password: string } | null;
  replicaSet: string | null;
}

/** A stand-in for mongod: its wire protocol and the commands that backups need, over data in memory. */
export function createMongoServer({ root, replicaSet }: ServerOptions): NetServer {
  const store = new Store({ keepsOplog: replicaSet !== null });
  const server: Server = { store, replicaSet, cursors: new Map(), ttlMonitorEnabled: true };
  const users = new Map<string, Credentials>(root ? [[root.user, makeCredentials(root.password)]] : []);
  // As the server keeps them: what dumps everything takes them along.
  server.store.create("admin", "system.version", {});
  if (root) server.store.create("admin", "system.users", {});
  return createServer((socket) => {
    const session: Session = { conversation: null, isSignedIn: users.size === 0 };
    serve(socket, (request) => answer(request, session, server, users));
  });
}

function serve(socket: Socket, respond: (request: Request) => Document): void {
  let received: Buffer = Buffer.alloc(0);
  socket.setNoDelay(true);
  socket.on("error", () => socket.destroy());
  socket.on("data", (data) => {
    received = received.length > 0 ? Buffer.concat([received, data]) : data;
    try {
      for (let taken = takeMessage(received); taken; taken = takeMessage(received)) {
        received = taken.rest;
        const request = readRequest(taken.message);
        socket.write(writeReply(request, respond(request)));
      }
    } catch (error) {
      console.error(error);
      socket.destroy();
    }
  });
}

function answer(request: Request, session: Session, server: Server, users: Map<string, Credentials>): Document {
  const name = Object.keys(request.command)[0] ?? "";
  const database = String(request.command.$db ?? "admin");
  try {
    if (name === "saslStart" || name === "saslContinue") return { ...signIn(name, request, session, users), ok: 1 };
    if (!session.isSignedIn && !OPEN_COMMANDS.has(name))
      throw new CommandError(13, "Unauthorized", `Command ${name} requires authentication`);
    const command = COMMANDS[name];
    if (!command) throw new CommandError(59, "CommandNotFound", `no such command: '${name}'`);
    // The real one does so once a minute, whatever is asked: here always at the worst moment.
    if (server.ttlMonitorEnabled && !OPEN_COMMANDS.has(name)) server.store.expire();
    const mechanisms = request.command.saslSupportedMechs ? { saslSupportedMechs: ["SCRAM-SHA-256"] } : {};
    return { ...command({ ...request, database }, server), ...mechanisms, ok: 1 };
  } catch (error) {
    if (!(error instanceof CommandError)) throw error;
    return { ok: 0, errmsg: error.message, code: error.code, codeName: error.codeName };
  }
}

function signIn(name: string, { command }: Request, session: Session, users: Map<string, Credentials>): Document {
  const payload = Buffer.from(command.payload.buffer).toString("utf8");
  try {
    if (name === "saslStart") {
      const started = new Conversation(command.mechanism, payload, (user) => users.get(user));
      session.conversation = started;
      return { conversationId: 1, done: false, payload: Buffer.from(started.first) };
    }
    const proof = session.conversation?.prove(payload);
    if (proof === undefined) throw new Error("No conversation was begun.");
    Object.assign(session, { conversation: null, isSignedIn: true });
    return { conversationId: 1, done: true, payload: Buffer.from(proof) };
  } catch {
    throw new CommandError(18, "AuthenticationFailed", "Authentication failed.");
  }
}
