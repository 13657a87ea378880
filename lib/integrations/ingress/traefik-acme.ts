import { stat } from "node:fs/promises";
import { z } from "zod";
import { AppError } from "#lib/platform/errors.ts";
import { readPrivateFile, toFileError, writePrivateFile } from "./files.ts";
import type { IngressCall } from "./types.ts";

const entry = z.looseObject({
  domain: z.looseObject({ main: z.string(), sans: z.array(z.string()).nullish() }),
});
const resolver = z.looseObject({ Certificates: z.array(entry).nullish() });
const acmeFile = z.record(z.string(), resolver.nullable());

type AcmeFile = z.output<typeof acmeFile>;

const namesOf = ({ domain }: z.output<typeof entry>) =>
  [domain.main, ...(domain.sans ?? [])].map((name) => name.toLowerCase());

function parseFile(path: string, text: string): AcmeFile {
  try {
    // An empty file is what Traefik begins with.
    return acmeFile.parse(text.trim() === "" ? {} : JSON.parse(text));
  } catch {
    // Without the parser's words: they quote what stands there, and that is keys.
    throw new AppError({
      code: "ingress.acme_json",
      message: `${path} is not a file of Traefik's certificates.`,
      advice: "Check TRAEFIK_ACME_JSON, and that Traefik is not writing it in halves.",
      retry: "needs_person",
    });
  }
}

/** The first names of entries all of whose names are among these: a certificate shared with another service stays. */
function findEntries(file: AcmeFile, names: ReadonlySet<string>): string[] {
  return Object.values(file)
    .flatMap((one) => one?.Certificates ?? [])
    .filter((one) => namesOf(one).every((name) => names.has(name)))
    .map((one) => one.domain.main);
}

const toSet = (names: readonly string[]) => new Set(names.map((name) => name.toLowerCase()));

/** Entries of Traefik's own certificates that are for these names only. */
export async function findAcmeEntries(path: string, names: readonly string[]): Promise<string[]> {
  const text = await readPrivateFile(path);
  return text === null ? [] : findEntries(parseFile(path, text), toSet(names));
}

/**
 * Takes these names' entries out of acme.json: atomically, with a copy beside it, mode 0600 and its owner kept. Everything
 * else in it stays as it is. Returns what was removed and where the copy is; null when there was nothing.
 */
export async function removeAcmeEntries(
  path: string,
  names: readonly string[],
  call: IngressCall,
): Promise<{ removed: string[]; backup: string } | null> {
  const text = await readPrivateFile(path);
  if (text === null) return null;
  const file = parseFile(path, text);
  const wanted = toSet(names);
  const removed = findEntries(file, wanted);
  if (removed.length === 0) return null;
  for (const one of Object.values(file))
    if (one?.Certificates)
      one.Certificates = one.Certificates.filter((each) => !namesOf(each).every((name) => wanted.has(name)));
  const owner = await stat(path).catch((error: unknown) => {
    throw toFileError(error, `look at ${path}`);
  });
  const backup = `${path}.${new Date().toISOString().replace(/[:.]/g, "-")}.bak`;
  await call.guard();
  await writePrivateFile(backup, text, owner);
  // Traefik may have written meanwhile: what it added must not be lost.
  if ((await readPrivateFile(path)) !== text)
    throw new AppError({
      code: "ingress.acme_json_changed",
      message: "Traefik wrote its certificates at the same moment.",
      retry: "retry",
      retryAfterMs: 1_000,
    });
  await writePrivateFile(path, `${JSON.stringify(file, null, 2)}\n`, owner);
  return { removed, backup };
}
