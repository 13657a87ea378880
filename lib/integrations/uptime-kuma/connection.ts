import { io, type Socket } from "socket.io-client";
import { refused, secondFactor, signInRefused, unreachable } from "./errors.ts";
import { answerSchema, infoSchema, monitorListSchema, notificationListSchema, signInSchema } from "./schema.ts";

const TIMEOUT_MS = 10_000;

export interface KumaAccount {
  url: string;
  username: string;
  password: string;
  /** Of a session that was signed in with a second factor; empty: the name and password are used. */
  token: string;
}

/** A session's token, so that a process signs in once: Kuma allows twenty sign-ins a minute and any number of these. */
const sessions = new Map<string, string>();
const keyOf = ({ url, username }: KumaAccount) => `${username}@${url}`;

const inWords = (msg: unknown) => (typeof msg === "string" ? msg : JSON.stringify(msg ?? "no reason"));

/** One signed-in connection to Uptime Kuma, by the events its own page uses. */
export class KumaConnection {
  private readonly socket: Socket;
  private readonly signal: AbortSignal;
  /** What Kuma sends without being asked, kept under its event's name. */
  private readonly pushed = new Map<string, unknown>();

  constructor(socket: Socket, signal: AbortSignal) {
    this.socket = socket;
    this.signal = signal;
    for (const event of ["monitorList", "notificationList", "info"])
      socket.on(event, (value: unknown) => {
        // Before the sign-in it says that it is there, and not which version.
        if (event !== "info" || infoSchema.safeParse(value).data?.version) this.pushed.set(event, value);
      });
  }

  /** Emits and waits for the acknowledgement. */
  async ask(event: string, ...args: unknown[]): Promise<unknown> {
    this.signal.throwIfAborted();
    return this.orEnd(this.socket.timeout(TIMEOUT_MS).emitWithAck(event, ...args), event);
  }

  /** The same where Kuma answers `{ ok, msg }`; a refusal is an error that says what it was about. */
  async tell(what: string, event: string, ...args: unknown[]): Promise<unknown> {
    const answer = await this.ask(event, ...args);
    const { ok, msg } = answerSchema.parse(answer);
    if (!ok) throw refused(what, inWords(msg));
    return answer;
  }

  async listMonitors() {
    // The list comes as an event of its own, before the acknowledgement.
    await this.tell("list its monitors", "getMonitorList");
    return Object.values(monitorListSchema.parse(await this.waitFor("monitorList")));
  }

  /** Ids of the notifications a new monitor gets in Kuma's own page. */
  async listDefaultNotifications(): Promise<number[]> {
    const all = notificationListSchema.parse(await this.waitFor("notificationList"));
    return all.filter(({ isDefault, active }) => isDefault && active).map(({ id }) => id);
  }

  async readMajorVersion(): Promise<number> {
    return Number.parseInt(infoSchema.parse(await this.waitFor("info")).version ?? "", 10);
  }

  private async waitFor(event: string): Promise<unknown> {
    if (this.pushed.has(event)) return this.pushed.get(event);
    const arrived = new Promise((resolve) => {
      const look = () => {
        if (!this.pushed.has(event)) return;
        this.socket.off(event, look);
        resolve(this.pushed.get(event));
      };
      this.socket.on(event, look);
    });
    const late = new Promise((_, reject) => setTimeout(() => reject(new Error("no answer")), TIMEOUT_MS).unref());
    return this.orEnd(Promise.race([arrived, late]), event);
  }

  /** Nobody answers on a connection that has ended. */
  private async orEnd<T>(answer: Promise<T>, event: string): Promise<T> {
    let stop = () => {};
    const ended = new Promise<never>((_, reject) => {
      const end = (why: string) => reject(new Error(why));
      const abort = () => end("stopped");
      this.socket.once("disconnect", end);
      this.signal.addEventListener("abort", abort, { once: true });
      stop = () => {
        this.socket.off("disconnect", end);
        this.signal.removeEventListener("abort", abort);
      };
    });
    ended.catch(() => {});
    try {
      return await Promise.race([answer, ended]);
    } catch (error) {
      this.signal.throwIfAborted();
      throw unreachable(`${event}: ${error instanceof Error ? error.message : "no answer"}`, error);
    } finally {
      stop();
    }
  }

  async signIn(account: KumaAccount): Promise<void> {
    const session = sessions.get(keyOf(account)) ?? account.token;
    if (session !== "") {
      const { ok, msg } = answerSchema.parse(await this.ask("loginByToken", session));
      if (ok) return;
      sessions.delete(keyOf(account));
      if (account.username === "") throw signInRefused(inWords(msg));
    }
    const { username, password } = account;
    const { ok, msg, token, tokenRequired } = signInSchema.parse(
      await this.ask("login", { username, password, token: "" }),
    );
    if (tokenRequired) throw secondFactor();
    if (!ok) throw signInRefused(inWords(msg));
    if (token) sessions.set(keyOf(account), token);
  }
}

async function connect(account: KumaAccount, signal: AbortSignal): Promise<Socket> {
  signal.throwIfAborted();
  // Only the origin: socket.io would take a path for a namespace.
  const socket = io(new URL(account.url).origin, {
    transports: ["websocket", "polling"],
    ...{ reconnection: false, forceNew: true, timeout: TIMEOUT_MS },
  });
  try {
    await new Promise<void>((resolve, reject) => {
      const late = AbortSignal.any([signal, AbortSignal.timeout(TIMEOUT_MS)]);
      late.addEventListener("abort", () => reject(new Error("no answer")), { once: true });
      socket.once("connect", resolve);
      socket.once("connect_error", reject);
    });
  } catch (error) {
    socket.disconnect();
    signal.throwIfAborted();
    throw unreachable(error instanceof Error ? error.message : String(error), error);
  }
  return socket;
}

/** Signs in, does the work on one connection, and ends it. */
export async function withKuma<T>(
  account: KumaAccount,
  signal: AbortSignal,
  work: (kuma: KumaConnection) => Promise<T>,
): Promise<T> {
  const socket = await connect(account, signal);
  try {
    const connection = new KumaConnection(socket, signal);
    await connection.signIn(account);
    return await work(connection);
  } finally {
    socket.disconnect();
  }
}
