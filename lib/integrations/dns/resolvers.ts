import type { RecordType } from "dns-packet";
import { answerOf, readAnswer, type ServerAnswer } from "./answers.ts";
import { askServer, type ServerAddress } from "./exchange.ts";
import { parseServer } from "./servers.ts";

interface ResolverOptions {
  /** `1.1.1.1`, `dns.example.org:5353`. */
  resolvers: readonly string[];
  timeoutMs: number;
  signal?: AbortSignal | undefined;
}

async function askResolver(
  text: string,
  name: string,
  type: RecordType,
  { timeoutMs, signal }: ResolverOptions,
): Promise<ServerAnswer> {
  let server: ServerAddress = { name: text, host: text, port: 53 };
  try {
    server = parseServer(text, "DNS_PROPAGATION_RESOLVERS");
    const answer = await askServer(server, name, type, { timeoutMs, signal, recursive: true });
    return readAnswer(server, name, type, answer, { authoritative: false });
  } catch (error) {
    return { ...answerOf(server), kind: "failed", error: error instanceof Error ? error.message : String(error) };
  }
}

/** What each resolver tells its users now, caches included. One that does not answer says so; none makes the others fail. */
export function queryResolvers(name: string, type: RecordType, options: ResolverOptions): Promise<ServerAnswer[]> {
  return Promise.all(options.resolvers.map((text) => askResolver(text, name, type, options)));
}
