import type { z } from "zod";
import { AppError } from "#lib/platform/errors.ts";

const DEFAULT_BODY_BYTES = 1024 * 1024;

/** Messages beside the fields they belong to. */
export function fieldsOf(error: z.ZodError): Record<string, string> {
  const fields: Record<string, string> = {};
  for (const issue of error.issues) {
    if (issue.code === "unrecognized_keys")
      for (const key of issue.keys) fields[[...issue.path, key].join(".")] ??= "There is no such field.";
    else fields[issue.path.join(".") || "body"] ??= issue.message;
  }
  return fields;
}

function refuse(code: string, message: string, status: number): AppError {
  return new AppError({ code, message, status });
}

/** Parses what a caller sent; throws a 422 that names each wrong field. */
export async function parseInput<S extends z.ZodType>(schema: S, value: unknown): Promise<z.output<S>> {
  const result = await schema.safeParseAsync(value);
  if (result.success) return result.data;
  throw new AppError({
    code: "invalid",
    message: "Some answers need another look.",
    status: 422,
    fields: fieldsOf(result.error),
  });
}

/** The query string as an object; a key given several times is an array. */
export function readQuery(url: URL): Record<string, string | string[]> {
  const query: Record<string, string | string[]> = {};
  for (const key of new Set(url.searchParams.keys())) {
    const values = url.searchParams.getAll(key);
    query[key] = values.length > 1 ? values : (values[0] ?? "");
  }
  return query;
}

/** Reads at most `limit` bytes of a body, whatever its Content-Length claims. */
export async function readBytes(request: Request, limit: number): Promise<Uint8Array> {
  const tooLarge = () => refuse("body.too_large", `The request is larger than ${Math.floor(limit / 1024)} KiB.`, 413);
  if (Number(request.headers.get("content-length") ?? 0) > limit) throw tooLarge();
  if (!request.body) return new Uint8Array();
  const pieces: Uint8Array[] = [];
  let size = 0;
  // Leaving the loop cancels the stream, so nothing more is read.
  for await (const piece of request.body) {
    size += piece.byteLength;
    if (size > limit) throw tooLarge();
    pieces.push(piece);
  }
  return Buffer.concat(pieces);
}

/** The JSON body: only of that content type, only so large. */
export async function readJson(request: Request, limit = DEFAULT_BODY_BYTES): Promise<unknown> {
  const type = request.headers.get("content-type")?.split(";")[0]?.trim().toLowerCase();
  if (type !== "application/json") throw refuse("body.not_json", "Send the body as application/json.", 415);
  const bytes = await readBytes(request, limit);
  try {
    return JSON.parse(new TextDecoder("utf-8", { fatal: true }).decode(bytes));
  } catch {
    throw refuse("body.malformed", "The body is not JSON.", 400);
  }
}
