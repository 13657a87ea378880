import { ORDER_PHASES } from "#lib/certificates/constants.ts";
import type { OrderView } from "#lib/certificates/types.ts";
import type { State } from "../ui/state-badge.tsx";

type Phase = (typeof ORDER_PHASES)[number];

const PHASE_WORDS: Record<Phase, { title: string; about: string }> = {
  order: { title: "Order", about: "The authority is asked for these names." },
  challenges: { title: "Proof published", about: "A text it chose goes into DNS, below _acme-challenge." },
  servers: { title: "Name servers answer", about: "Every name server of the zone has to show it." },
  validation: { title: "Authority looks", about: "The authority reads the text from several places." },
  finalise: { title: "Signed", about: "The certificate request is handed in and signed." },
  stored: { title: "Stored", about: "The chain is checked and kept, its key encrypted." },
  cleaned: { title: "Proof removed", about: "The text leaves DNS again." },
  delivered: { title: "Delivered", about: "It is brought to where it is used." },
};

/** Instants within what the engine notes, down to the minute. */
const INSTANT = /(\d{4}-\d{2}-\d{2})T(\d{2}:\d{2}):[\d.]+Z/g;

export interface FlowStep {
  key: Phase;
  title: string;
  /** What it is, or what was noted while it was done. */
  note: string;
  state: State;
  /** How long it took or has taken. */
  from: string | null;
  to: string | null;
}

/** What the order's steps come to: `isWorking` is false when nobody works on it at this moment. */
export function stepsOf(order: OrderView | undefined, isWorking: boolean): FlowStep[] {
  const seen = new Map(order?.phases.map((one) => [one.phase, one]));
  const isOver = order?.state === "valid" && !isWorking;
  const failed = order?.state === "invalid";
  return ORDER_PHASES.map((key) => {
    const { title, about } = PHASE_WORDS[key];
    const phase = seen.get(key);
    const base = {
      key,
      title,
      note: phase?.detail?.replace(INSTANT, "$1 $2 UTC") ?? about,
      from: phase?.startedAt ?? null,
      to: phase?.finishedAt ?? null,
    };
    if (!phase) return { ...base, state: isOver || (failed && !isWorking) ? "skipped" : "waiting" };
    // Challenges and their cleaning go on after a failure; the phase that failed is the one the order stood in.
    if (failed && key === order.phase) return { ...base, state: "failed" };
    if (phase.finishedAt !== null || isOver) return { ...base, state: "done" };
    if (failed) return { ...base, state: "waiting" };
    return { ...base, state: isWorking ? "running" : "waiting" };
  });
}

const PREFIX = "urn:ietf:params:acme:error:";

/** What the authority's kinds of problem mean, in the reader's words. */
const PROBLEMS: Record<string, string> = {
  accountDoesNotExist: "The authority does not know the panel’s account.",
  alreadyRevoked: "It was revoked before.",
  badCSR: "The authority does not accept the certificate request.",
  badNonce: "A number that may be used once was used twice; the next try has a new one.",
  caa: "The zone’s CAA record does not allow this authority.",
  connection: "The authority could not reach what it wanted to look at.",
  dns: "The authority got no answer from the zone’s name servers.",
  incorrectResponse: "The authority saw another text than the proof.",
  malformed: "The authority did not understand the request.",
  orderNotReady: "The order was not ready yet.",
  rateLimited: "The authority limits how often these names may be asked for.",
  rejectedIdentifier: "The authority does not certify one of these names.",
  serverInternal: "The authority had a failure of its own.",
  unauthorized: "The authority looked and did not see the proof it asked for.",
  userActionRequired: "The authority wants its terms accepted anew.",
};

/** The kind of a problem in words; undefined when it has none, or one that is not known. */
export const explainProblem = (type: string | null): string | undefined =>
  type?.startsWith(PREFIX) ? PROBLEMS[type.slice(PREFIX.length)] : undefined;

const ORDER_STATES: Record<string, { state: State; word: string }> = {
  pending: { state: "running", word: "Being proven" },
  ready: { state: "running", word: "Proven" },
  processing: { state: "running", word: "Being signed" },
  valid: { state: "done", word: "Issued" },
  invalid: { state: "failed", word: "Refused" },
};

export const lookOfOrder = (state: string) => ORDER_STATES[state] ?? { state: "waiting" as const, word: state };

const SERVED: Record<string, { state: State; alert?: true; word: string }> = {
  right: { state: "done", word: "This one" },
  other: { state: "person", alert: true, word: "Another one" },
  expired: { state: "failed", word: "An expired one" },
  untrusted: { state: "failed", word: "One browsers refuse" },
  unreachable: { state: "waiting", word: "Does not answer" },
};
export const lookOfServed = (state: string) => SERVED[state] ?? { state: "waiting" as const, word: state };

const DELIVERY: Record<string, { state: State; word: string }> = {
  pending: { state: "running", word: "On its way" },
  delivered: { state: "done", word: "Delivered" },
  error: { state: "failed", word: "Not delivered" },
  removing: { state: "running", word: "Being taken away" },
};
export const lookOfDelivery = (state: string) => DELIVERY[state] ?? { state: "waiting" as const, word: state };

const PLACES: Record<string, string> = { swarm: "Swarm service", caddy: "Caddy", traefik: "Traefik" };
export const namePlace = (kind: string): string => PLACES[kind] ?? kind;
