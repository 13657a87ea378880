import { randomBytes } from "node:crypto";
import { once } from "node:events";
import { createServer, type IncomingMessage, type ServerResponse } from "node:http";
import { json } from "node:stream/consumers";
import { Server, type Socket } from "socket.io";
import { checkMonitor } from "./check-monitor.ts";
import { MonitorStore } from "./monitor-store.ts";

export interface KumaOptions {
  host?: string;
  /** 0 picks a free one. */
  port: number;
  username: string;
  password: string;
  /** File that keeps the monitors; left out: nothing is kept. */
  state?: string;
  /** "1.23.16" refuses what version 1 has no column for. */
  version?: string;
}

export interface KumaServer {
  url: string;
  store: MonitorStore;
  close(): Promise<void>;
}

/** Set over `PUT /_control/faults`: event → what it answers instead; "silent" does and answers nothing, "unanswered" does it and answers nothing. */
type Faults = Record<string, string>;
type Callback = (answer: Record<string, unknown>) => void;

const LOGINS_A_MINUTE = 20;
const INTERVAL_MIN_S = 20;
const BEATS_KEPT = 100;
const ONLY_NEW = ["conditions", "rabbitmqNodes"];
const NOTIFICATION = { id: 1, name: "Operators", isDefault: true, active: true, userId: 1, config: "{}" };

/**
 * Uptime Kuma by its own protocol, as much of it as has to do with HTTP monitors: socket.io events, their acknowledgements
 * and what it pushes by itself. Monitors are really asked, and stop being asked while they are paused.
 */
export async function startKuma(options: KumaOptions): Promise<KumaServer> {
  const { host = "127.0.0.1", version = "2.0.2" } = options;
  const store = new MonitorStore(options.state);
  const http = createServer();
  const io = new Server(http);
  const kuma = new Kuma(io, store, options, version);
  // socket.io answers its own path; what is left is the control of this stand-in.
  http.on("request", (request, response) => {
    if (request.url?.startsWith("/_control/")) void kuma.control(request, response);
    else if (!request.url?.startsWith("/socket.io/")) response.writeHead(200).end("Uptime Kuma");
  });
  http.listen(options.port, host);
  await once(http, "listening");
  const address = http.address();
  return {
    url: `http://${host}:${typeof address === "object" && address ? address.port : options.port}`,
    store,
    async close() {
      kuma.stop();
      await io.close();
      http.closeAllConnections();
    },
  };
}

class Kuma {
  private readonly io: Server;
  private readonly store: MonitorStore;
  private readonly account: KumaOptions;
  private readonly version: string;
  private readonly tokens = new Set<string>();
  private readonly timers = new Map<number, NodeJS.Timeout>();
  private logins: number[] = [];
  private faults: Faults = {};

  constructor(io: Server, store: MonitorStore, account: KumaOptions, version: string) {
    this.io = io;
    this.store = store;
    this.account = account;
    this.version = version;
    for (const { id, active } of store.monitors.values()) if (active) this.start(id);
    io.on("connection", (socket) => this.serve(socket));
  }

  stop(): void {
    for (const timer of this.timers.values()) clearInterval(timer);
    this.timers.clear();
  }

  private serve(socket: Socket): void {
    socket.emit("info", {
      isContainer: true,
      primaryBaseURL: null,
      serverTimezone: "UTC",
      serverTimezoneOffset: "+00:00",
    });
    socket.emit("loginRequired");
    socket.on("login", (data: { username?: string; password?: string }, callback: Callback) => {
      if (this.fault("login", callback)) return;
      const now = Date.now();
      this.logins = [...this.logins.filter((at) => now - at < 60_000), now];
      if (this.logins.length > LOGINS_A_MINUTE) return callback({ ok: false, msg: "Too frequently, try again later." });
      if (data.username !== this.account.username || data.password !== this.account.password)
        return callback({ ok: false, msg: "authIncorrectCreds", msgi18n: true });
      const token = randomBytes(24).toString("base64url");
      this.tokens.add(token);
      this.afterLogin(socket);
      callback({ ok: true, token });
    });
    socket.on("loginByToken", (token: string, callback: Callback) => {
      if (this.fault("loginByToken", callback)) return;
      if (!this.tokens.has(token)) return callback({ ok: false, msg: "authInvalidToken", msgi18n: true });
      this.afterLogin(socket);
      callback({ ok: true });
    });
    this.answer(socket, "getMonitorList", () => {
      this.io.to("user").emit("monitorList", this.store.list());
      return {};
    });
    this.answer(socket, "getMonitor", (id) => ({ monitor: this.store.toJson(this.store.get(Number(id))) }));
    this.answer(socket, "getMonitorBeats", (id) => ({ data: this.store.beats.get(Number(id)) ?? [] }));
    this.answer(socket, "add", (monitor) => this.add(monitor as Record<string, unknown>));
    this.answer(socket, "editMonitor", (monitor) => this.edit(monitor as Record<string, unknown>));
    this.answer(socket, "pauseMonitor", (id) => {
      this.store.setActive(Number(id), false);
      this.halt(Number(id));
      return { msg: "successPaused", msgi18n: true, pushed: Number(id) };
    });
    this.answer(socket, "resumeMonitor", (id) => {
      this.store.setActive(Number(id), true);
      this.start(Number(id));
      return { msg: "successResumed", msgi18n: true, pushed: Number(id) };
    });
    this.answer(socket, "deleteMonitor", (id) => {
      this.halt(Number(id));
      this.store.delete(Number(id));
      this.io.to("user").emit("deleteMonitorFromList", Number(id));
      return { msg: "successDeleted", msgi18n: true };
    });
  }

  /** An event for those who are signed in: `{ ok: true, … }`, or `{ ok: false, msg }` when it throws. */
  private answer(socket: Socket, event: string, act: (argument: unknown) => Record<string, unknown>): void {
    socket.on(event, (...args: unknown[]) => {
      const callback = args.at(-1) as Callback;
      if (typeof callback !== "function" || this.fault(event, callback)) return;
      try {
        if (!socket.rooms.has("user")) throw new Error("You are not logged in.");
        const { pushed, ...rest } = act(args[0]);
        if (typeof pushed === "number")
          this.io.to("user").emit("updateMonitorIntoList", { [pushed]: this.store.toJson(this.store.get(pushed)) });
        if (this.faults[event] !== "unanswered") callback({ ok: true, ...rest });
      } catch (error) {
        callback({ ok: false, msg: error instanceof Error ? error.message : String(error) });
      }
    });
  }

  private fault(event: string, callback: Callback): boolean {
    const words = this.faults[event];
    if (words === undefined || words === "unanswered") return false;
    if (words !== "silent") callback({ ok: false, msg: words });
    return true;
  }

  private afterLogin(socket: Socket): void {
    void socket.join("user");
    socket.emit("monitorList", this.store.list());
    socket.emit("info", { version: this.version, latestVersion: this.version, isContainer: true, dbType: "sqlite" });
    socket.emit("notificationList", [NOTIFICATION]);
    for (const [id, beats] of this.store.beats) socket.emit("heartbeatList", id, beats, false);
  }

  private validate(fields: Record<string, unknown>): void {
    const codes = fields.accepted_statuscodes;
    if (!Array.isArray(codes) || !codes.every((code) => typeof code === "string"))
      throw new Error("Accepted status codes are not all strings");
    if (Number(fields.interval) < INTERVAL_MIN_S)
      throw new Error(`Interval cannot be less than ${INTERVAL_MIN_S} seconds`);
    const unknown = ONLY_NEW.find((field) => field in fields);
    if (this.version.startsWith("1.") && unknown)
      throw new Error(`insert into \`monitor\` - SQLITE_ERROR: table monitor has no column named ${unknown}`);
  }

  private add(fields: Record<string, unknown>): Record<string, unknown> {
    this.validate(fields);
    const { id, active } = this.store.add(fields);
    if (active) this.start(id);
    return { msg: "successAdded", msgi18n: true, monitorID: id, pushed: id };
  }

  private edit(fields: Record<string, unknown>): Record<string, unknown> {
    const { id, active } = this.store.get(Number(fields.id));
    if (fields.parent === undefined) throw new Error("Invalid Monitor Group");
    this.validate(fields);
    const { id: _id, active: _active, ...kept } = fields;
    this.store.edit(id, kept);
    if (active) this.start(id);
    return { msg: "Saved.", msgi18n: true, monitorID: id, pushed: id };
  }

  private halt(id: number): void {
    clearInterval(this.timers.get(id));
    this.timers.delete(id);
  }

  private start(id: number): void {
    this.halt(id);
    const seconds = Number(this.store.get(id).fields.interval) || INTERVAL_MIN_S;
    this.timers.set(
      id,
      setInterval(() => void this.beat(id), seconds * 1_000),
    );
    void this.beat(id);
  }

  private async beat(id: number): Promise<void> {
    const monitor = this.store.monitors.get(id);
    if (!monitor) return;
    const beat = await checkMonitor(monitor);
    if (!this.timers.has(id)) return;
    const beats = [...(this.store.beats.get(id) ?? []), beat].slice(-BEATS_KEPT);
    this.store.beats.set(id, beats);
    this.io.to("user").emit("heartbeat", { monitorID: id, ...beat, important: false, duration: 0 });
  }

  /** For whoever looks from outside: what there is, what became of it; and what goes wrong. */
  async control(request: IncomingMessage, response: ServerResponse): Promise<void> {
    const send = (status: number, body: unknown) =>
      response.writeHead(status, { "content-type": "application/json" }).end(JSON.stringify(body));
    if (request.method === "PUT" && request.url === "/_control/faults") {
      this.faults = (await json(request)) as Faults;
      return void send(200, this.faults);
    }
    if (request.url === "/_control/monitors") return void send(200, Object.values(this.store.list()));
    if (request.url === "/_control/events") return void send(200, this.store.events);
    send(404, {});
  }
}
