import { z } from "zod";
import { AppError } from "#lib/platform/errors.ts";

const TIMEOUT_MS = 10_000;
const LARGEST_BYTES = 8 * 1024 * 1024;
/** Repology asks every client to say who it is. */
const USER_AGENT = "Seaworthy (self-hosted service panel; one look-up when a person asks)";

const packageSchema = z.object({
  repo: z.string(),
  version: z.string(),
  srcname: z.string().optional(),
  binname: z.string().optional(),
  visiblename: z.string().optional(),
  /** newest, devel, unique, outdated, legacy, rolling, noscheme, incorrect, untrusted, ignored. */
  status: z.string().optional(),
  summary: z.string().optional(),
});
export type RepologyPackage = z.output<typeof packageSchema>;

const failed = (message: string, more: { detail?: string; retryAfterMs?: number; cause?: unknown } = {}) =>
  new AppError({
    code: "repology.unreachable",
    message,
    advice: "Try again later, or look on the site itself. Look at REPOLOGY_URL when it never answers.",
    retry: "retry",
    status: 503,
    ...more,
  });

/** The whole answer, but no more than fits: its length is only what the other side says it is. */
async function readText(response: Response): Promise<string> {
  const chunks: Uint8Array[] = [];
  let size = 0;
  for await (const chunk of response.body ?? []) {
    size += chunk.byteLength;
    if (size > LARGEST_BYTES) throw new Error("The answer is too large.");
    chunks.push(chunk);
  }
  return Buffer.concat(chunks).toString("utf8");
}

/** A project's packages in every repository Repology knows; none when it knows no such project. */
export async function readProject(baseUrl: string, project: string, signal: AbortSignal): Promise<RepologyPackage[]> {
  const url = new URL(`/api/v1/project/${encodeURIComponent(project)}`, baseUrl);
  let response: Response;
  let text: string;
  try {
    response = await fetch(url, {
      redirect: "error",
      headers: { accept: "application/json", "user-agent": USER_AGENT },
      signal: AbortSignal.any([signal, AbortSignal.timeout(TIMEOUT_MS)]),
    });
    if (Number(response.headers.get("content-length") ?? 0) > LARGEST_BYTES)
      throw new Error("The answer is too large.");
    text = await readText(response);
  } catch (error) {
    signal.throwIfAborted();
    throw failed("Repology does not answer.", { detail: error instanceof Error ? error.message : "", cause: error });
  }
  if (response.status === 404) return [];
  if (!response.ok) {
    const after = Number(response.headers.get("retry-after"));
    throw failed(`Repology answered ${response.status}.`, after > 0 ? { retryAfterMs: after * 1000 } : {});
  }
  try {
    return z.array(packageSchema).parse(JSON.parse(text));
  } catch (error) {
    throw failed("Repology answered something that is no list of packages.", { cause: error });
  }
}
