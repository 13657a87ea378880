import type { Actor } from "#lib/access/types.ts";
import { checkHostname } from "#lib/dns/names.ts";
import { findPlaceRefusal, placeOfName } from "#lib/dns/namespaces.ts";
import type { Tx } from "#lib/platform/db/client.ts";
import { NAMES_CHARS_MAX, NAMES_MAX } from "../constants.ts";
import { findRedundant } from "../format.ts";

export interface JudgedNames {
  names: { given: string; name: string | null; problem: string | null }[];
  /** What is wrong with the whole. */
  problem: string | null;
  /** Names as they will stand in the certificate: sorted, each once. Empty while anything is wrong. */
  accepted: string[];
  /** The service they all belong to, if they do. */
  service: { id: string; name: string } | null;
}

/** The first part may be a star; other labels as host names have them. */
async function judgeName(tx: Tx, actor: Actor, given: string) {
  const check = checkHostname(given.trim(), { wildcard: true });
  if (!check.ok) return { given, name: null, problem: check.problem, service: null };
  const place = await placeOfName(tx, check.name);
  const problem = findPlaceRefusal(actor, place, check.name, "certificates.request") ?? null;
  return { given, name: check.name, problem, service: place.service };
}

/** Whether the actor may have a certificate for these names, and what is wrong with each that they may not. */
export async function judgeNames(tx: Tx, actor: Actor, given: readonly string[]): Promise<JudgedNames> {
  const judged = [];
  for (const one of given.slice(0, NAMES_MAX)) judged.push(await judgeName(tx, actor, one));
  const all = [...new Set(judged.flatMap((one) => one.name ?? []))].sort();
  const names = judged.map(({ given: text, name, problem }) => {
    const cover = name === null ? undefined : findRedundant(name, all);
    return {
      given: text,
      name,
      problem: problem ?? (cover ? `${cover} covers this name already: leave it out.` : null),
    };
  });
  const tooMany = given.length > NAMES_MAX ? `A certificate holds at most ${NAMES_MAX} names.` : null;
  const tooLong =
    all.join(",").length > NAMES_CHARS_MAX ? "These names together are too long for one certificate." : null;
  const problem = tooMany ?? tooLong ?? (given.length === 0 ? "Give at least one name." : null);
  const isRight = problem === null && names.every((one) => one.problem === null);
  const services = new Map(judged.map((one) => [one.service?.id, one.service]));
  const [service] = services.size === 1 ? [...services.values()] : [];
  return { names, problem, accepted: isRight ? all : [], service: service ?? null };
}
