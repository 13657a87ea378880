import { connectSftp, type SftpConnection, type SshStoreOptions, Stop } from "./connection.ts";

const IDLE_MAX = 2;

/** Connections of one store, each used for one thing at a time and then again for the next. */
export class Connections {
  readonly options: SshStoreOptions;
  private readonly idle: SftpConnection[] = [];
  private isClosed = false;

  constructor(options: SshStoreOptions) {
    this.options = options;
  }

  /** With a connection that nobody else uses. When the work fails or is stopped, the connection goes with it. */
  async use<T>(signal: AbortSignal, work: (on: SftpConnection) => Promise<T>): Promise<T> {
    const on = await this.take(signal);
    let isGood = false;
    try {
      const result = await withStop(on, signal, () => work(on));
      isGood = true;
      return result;
    } finally {
      this.give(on, isGood);
    }
  }

  async take(signal: AbortSignal): Promise<SftpConnection> {
    signal.throwIfAborted();
    for (let on = this.idle.pop(); on; on = this.idle.pop()) if (!on.isBroken) return on;
    return connectSftp(this.options, signal);
  }

  give(on: SftpConnection, isGood: boolean): void {
    if (isGood && !on.isBroken && !this.isClosed && this.idle.length < IDLE_MAX) this.idle.push(on);
    else on.end();
  }

  close(): void {
    this.isClosed = true;
    for (const on of this.idle.splice(0)) on.end();
  }
}

/** While the work goes on, a stop breaks the connection: nothing waits for an answer that nobody wants. */
async function withStop<T>(on: SftpConnection, signal: AbortSignal, work: () => Promise<T>): Promise<T> {
  const onStop = () => on.fail(new Stop(signal.reason));
  signal.addEventListener("abort", onStop, { once: true });
  try {
    return await work();
  } finally {
    signal.removeEventListener("abort", onStop);
  }
}
