import { randomBytes } from "node:crypto";
import { StringDecoder } from "node:string_decoder";
import type { RunningExec } from "#lib/integrations/program/types.ts";
import { AppError } from "#lib/platform/errors.ts";
import type { DatabaseEngine, Login } from "../engines/types.ts";
import { classifyClientError, cutValues } from "./client-errors.ts";
import type { RunProgram } from "./place.ts";

/**
 * A database client that stays open where the data is, so that several statements share one connection: a lock, a
 * transaction. When this process dies its input ends, and with it the connection and all it held.
 */
export class SqlSession {
  readonly #exec: RunningExec;
  readonly #lines: AsyncGenerator<string>;
  #errors = "";

  private constructor(exec: RunningExec) {
    this.#exec = exec;
    this.#lines = this.#readLines();
  }

  static async open(run: RunProgram, engine: DatabaseEngine, login: Login, signal: AbortSignal): Promise<SqlSession> {
    const env = { [engine.passwordVariable]: login.password };
    return new SqlSession(await run({ argv: engine.clientArgv(login), env }, signal));
  }

  /** Runs one statement and returns what it printed, a line a row. */
  async query(sql: string): Promise<string[]> {
    const end = randomBytes(12).toString("hex");
    await this.#exec.write(`${sql};\nSELECT '${end}';\n`);
    const rows: string[] = [];
    for (;;) {
      const { value, done } = await this.#lines.next();
      if (done) throw this.#explain();
      if (value === end) return rows;
      rows.push(value);
    }
  }

  close(): void {
    this.#exec.close();
  }

  async *#readLines(): AsyncGenerator<string> {
    // A letter may come in two pieces.
    const decoder = new StringDecoder("utf8");
    let text = "";
    for await (const { stream, data } of this.#exec.output) {
      if (stream === "stderr") {
        this.#errors = (this.#errors + data.toString("utf8")).slice(-2_000);
        continue;
      }
      text += decoder.write(data);
      const lines = text.split("\n");
      text = lines.pop() ?? "";
      yield* lines;
    }
  }

  #explain(): AppError {
    return new AppError({
      code: "backups.client_failed",
      message: "The database's own client refused to go on.",
      detail: cutValues(this.#errors).trim(),
      retry: classifyClientError(this.#errors),
    });
  }
}
