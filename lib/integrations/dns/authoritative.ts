import type { RecordType } from "dns-packet";
import { config } from "#lib/platform/config/config.ts";
import { answerOf, readAnswer, type ServerAnswer } from "./answers.ts";
import { askServer, type ServerAddress } from "./exchange.ts";
import { findAuthoritativeServers } from "./servers.ts";

export type { ServerAnswer };

export interface QueryOptions {
  /** Zone whose servers are asked; ROOT_DOMAIN unless given. */
  zone?: string;
  timeoutMs?: number;
  signal?: AbortSignal | undefined;
}

const DEFAULT_TIMEOUT_MS = 3_000;

async function askOne(server: ServerAddress, name: string, type: RecordType, options: QueryOptions) {
  const { timeoutMs = DEFAULT_TIMEOUT_MS, signal } = options;
  let failure = "";
  // UDP loses packets: once more before it counts as silence.
  for (let attempt = 1; attempt <= 2; attempt++) {
    try {
      const answer = await askServer(server, name, type, { timeoutMs, signal });
      return readAnswer(server, name, type, answer, { authoritative: true });
    } catch (error) {
      signal?.throwIfAborted();
      failure = error instanceof Error ? error.message : String(error);
    }
  }
  return { ...answerOf(server), kind: "failed", error: failure } satisfies ServerAnswer;
}

/** Asks every authoritative server of the zone directly, past all caches. */
export async function queryAuthoritative(
  name: string,
  type: RecordType,
  options: QueryOptions = {},
): Promise<ServerAnswer[]> {
  const servers = await findAuthoritativeServers(options.zone ?? config().ROOT_DOMAIN);
  return Promise.all(servers.map((server) => askOne(server, name, type, options)));
}

/** One line for a log: `ns-1 answers 203.0.113.10, ns-2 has no such name`. */
export function describeAnswers(answers: readonly ServerAnswer[]): string {
  return answers
    .map((answer) => {
      if (answer.kind === "answered") return `${answer.server} answers ${answer.values.join(", ")}`;
      if (answer.kind === "nxdomain") return `${answer.server} has no such name`;
      if (answer.kind === "nodata") return `${answer.server} has the name without this type`;
      return `${answer.server} gave no answer (${answer.error})`;
    })
    .join("; ");
}
