/** One piece of a program's output. */
export interface OutputFrame {
  stream: "stdout" | "stderr";
  data: Buffer;
}

export interface ExecOptions {
  argv: string[];
  /** Secrets go here, never into argv. */
  env?: Record<string, string>;
  user?: string;
}

/** A program that runs, in a container or on the worker. Read `output` to its end, then ask for the exit code. */
export interface RunningExec {
  output: AsyncIterable<OutputFrame>;
  /** Resolves when the program can take more. */
  write(data: string | Uint8Array): Promise<void>;
  /** Closes its standard input. */
  end(): void;
  exitCode(): Promise<number>;
  /** Drops the connection. A program that reads its standard input meets its end there. */
  close(): void;
}

export interface ExecResult {
  exitCode: number;
  stdout: string;
  stderr: string;
}
