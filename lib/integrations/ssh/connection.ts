import { createHash } from "node:crypto";
import { Client, type SFTPWrapper } from "ssh2";
import { storeError } from "../object-store/errors.ts";
import { toSshError } from "./errors.ts";

export interface SshStoreOptions {
  host: string;
  port: number;
  user: string;
  /** Absolute folder on the host; it has to be there. */
  folder: string;
  /** `SHA256:…` of the host's key: any other host is refused. */
  hostKey: string;
  privateKey: string;
  /** How long the host may take and give nothing. */
  stallMs: number;
}

type Answer<T> = (error: Error | null | undefined, value: T) => void;

/** One SFTP session. Every call on it ends: with its answer, when the line breaks, when nothing moves, or when it is stopped. */
export interface SftpConnection {
  call<T = void>(what: string, start: (sftp: SFTPWrapper, answer: Answer<T>) => void): Promise<T>;
  readonly isBroken: boolean;
  /** Ends it, and every call that is still waiting, with this reason. */
  fail(reason: unknown): void;
  end(): void;
}

const fingerprintOf = (key: Buffer): string =>
  `SHA256:${createHash("sha256").update(key).digest("base64").replace(/=+$/, "")}`;

const HANDSHAKE_MS = 20_000;

export async function connectSftp(options: SshStoreOptions, signal: AbortSignal): Promise<SftpConnection> {
  signal.throwIfAborted();
  const client = new Client();
  const what = `sign in to ${options.user}@${options.host}:${options.port}`;
  let seenKey: string | null = null;
  return new Promise<SftpConnection>((resolve, reject) => {
    const fail = (error: unknown) => {
      signal.removeEventListener("abort", onStop);
      client.destroy();
      reject(
        seenKey !== null && seenKey !== options.hostKey
          ? storeError.refused(what, `its host key is ${seenKey}, and the target names ${options.hostKey}.`, {
              advice: "Find out why: only when the host's key was changed on purpose, enter the new one.",
            })
          : signal.aborted
            ? signal.reason
            : toSshError(error, what, options.stallMs),
      );
    };
    const onStop = () => fail(signal.reason);
    signal.addEventListener("abort", onStop, { once: true });
    client.on("error", fail);
    client.once("close", () => fail(new Error("The host closed the connection.")));
    client.once("ready", () =>
      client.sftp((error, sftp) => {
        if (error) return fail(error);
        signal.removeEventListener("abort", onStop);
        resolve(new Session(client, sftp, options.stallMs));
      }),
    );
    try {
      client.connect({
        host: options.host,
        port: options.port,
        username: options.user,
        privateKey: options.privateKey,
        readyTimeout: Math.min(HANDSHAKE_MS, options.stallMs),
        keepaliveInterval: Math.max(100, Math.min(15_000, options.stallMs / 3)),
        keepaliveCountMax: 3,
        hostVerifier: (key: Buffer) => {
          seenKey = fingerprintOf(key);
          return seenKey === options.hostKey;
        },
      });
      // Questions and answers are small: none may wait for the next to fill a packet.
      client.setNoDelay(true);
    } catch (error) {
      fail(error);
    }
  });
}

class Session implements SftpConnection {
  isBroken = false;
  private reason: unknown;
  private readonly client: Client;
  private readonly sftp: SFTPWrapper;
  private readonly stallMs: number;
  private readonly waiting = new Set<(reason: unknown) => void>();
  private timer: NodeJS.Timeout | undefined;

  constructor(client: Client, sftp: SFTPWrapper, stallMs: number) {
    this.client = client;
    this.sftp = sftp;
    this.stallMs = stallMs;
    client.removeAllListeners("error").removeAllListeners("close");
    client.on("error", (error) => this.fail(error));
    client.once("close", () => this.fail(new Error("The host closed the connection.")));
    sftp.on("error", (error: unknown) => this.fail(error));
    sftp.once("close", () => this.fail(new Error("The host ended the session.")));
  }

  call<T = void>(what: string, start: (sftp: SFTPWrapper, answer: Answer<T>) => void): Promise<T> {
    return new Promise<T>((resolve, reject) => {
      if (this.isBroken) return reject(toSshError(this.reason, what, this.stallMs));
      const onBreak = (reason: unknown) =>
        reject(reason instanceof Stop ? reason.reason : toSshError(reason, what, this.stallMs));
      this.waiting.add(onBreak);
      this.watch();
      const settle = (finish: () => void) => {
        // The library answers what waits when a line breaks with an error of its own; the reason is better.
        if (!this.waiting.delete(onBreak)) return;
        this.watch();
        finish();
      };
      try {
        start(this.sftp, (error, value) =>
          setImmediateIfBroken(error, () => settle(() => (error ? reject(error) : resolve(value)))),
        );
      } catch (error) {
        settle(() => reject(error));
      }
    });
  }

  fail(reason: unknown): void {
    if (this.isBroken) return;
    this.isBroken = true;
    this.reason = reason;
    clearTimeout(this.timer);
    const waiting = [...this.waiting];
    this.waiting.clear();
    for (const onBreak of waiting) onBreak(reason);
    this.client.destroy();
  }

  end(): void {
    if (this.isBroken) return;
    this.isBroken = true;
    this.reason = new Error("The connection is closed.");
    clearTimeout(this.timer);
    this.client.end();
  }

  /** Time runs while an answer is waited for, and begins anew with every one that comes. */
  private watch(): void {
    clearTimeout(this.timer);
    if (this.waiting.size === 0 || this.isBroken) return;
    this.timer = setTimeout(() => this.fail(storeError.stalled("go on", this.stallMs)), this.stallMs);
  }
}

/** A reason that is thrown as it is: somebody stopped the work. */
export class Stop {
  readonly reason: unknown;
  constructor(reason: unknown) {
    this.reason = reason;
  }
}

/** An answer without a status of the server's means that the line broke: its own event, with the reason, comes just after. */
function setImmediateIfBroken(error: Error | null | undefined, act: () => void): void {
  if (error && !("code" in error && typeof error.code === "number")) setImmediate(act);
  else act();
}
