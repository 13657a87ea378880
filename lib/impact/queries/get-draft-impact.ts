import { authorize } from "#lib/access/policy.ts";
import type { Actor } from "#lib/access/types.ts";
import { db } from "#lib/platform/db/client.ts";
import { namesIn } from "#lib/releases/queries/find-environment.ts";
import { fillDraft, loadDraft } from "#lib/services/queries/read-draft.ts";
import { KIND_LABELS } from "../constants.ts";
import { deriveEdges } from "../derive-edges.ts";
import type { DraftImpact, Edge } from "../types.ts";
import { type KnownService, readEdges } from "./read-edges.ts";

const textOf = (value: unknown): string => (typeof value === "string" ? value : "");
const listOf = (value: unknown): Record<string, unknown>[] =>
  Array.isArray(value) ? value.filter((one) => typeof one === "object" && one !== null) : [];

/** The draft as a service among the others, from whatever was answered so far. */
function toService(
  id: string,
  answers: Record<string, Record<string, unknown>>,
): Omit<KnownService, "owner" | "state"> {
  const name = textOf(answers.identity?.name);
  const names = namesIn(name || "unnamed");
  const isPublic = answers.exposure?.audience === "public";
  const extra = answers.exposure?.extraHostnames;
  return {
    ...{ id, name, folders: [names.folder], stackNames: [names.stackName] },
    hostnames: name && isPublic ? [names.hostname, ...(Array.isArray(extra) ? extra.map(String) : [])] : [],
    env: listOf(answers.placement?.env).map((one) => ({ name: textOf(one.name), value: textOf(one.value) })),
  };
}

/** Which services a new or a changed one would touch: those it needs, and those that would need it. */
export async function getDraftImpact(actor: Actor, draftId: string): Promise<DraftImpact> {
  authorize(actor, "drafts.read");
  const tx = db();
  const draft = await loadDraft(tx, draftId);
  const answers = fillDraft(draft) as unknown as Record<string, Record<string, unknown>>;
  const own = toService(draft.serviceId ?? draft.id, answers);
  const { services, edges: known } = await readEdges(tx);
  const others = services.filter((one) => one.id !== own.id);
  const byId = new Map(others.map((one) => [one.id, one]));
  const idOf = new Map(others.map((one) => [one.name, one.id]));
  const declared = listOf(answers.identity?.dependsOn).flatMap((one): Edge[] => {
    const toId = idOf.get(textOf(one.service));
    return toId ? [{ fromId: own.id, toId, kind: "service", reason: textOf(one.reason), source: "declared" }] : [];
  });
  const seen = deriveEdges([...others, own]);
  const written = known.filter((edge) => edge.source === "declared" && edge.toId === own.id);
  const edges = [...declared, ...written, ...seen];
  const tell = (near: "fromId" | "toId", far: "fromId" | "toId") =>
    edges.flatMap((edge) => {
      const other = edge[near] === own.id ? byId.get(edge[far]) : undefined;
      return other
        ? [{ service: other.name, ownerName: other.owner.name, kind: KIND_LABELS[edge.kind], reason: edge.reason }]
        : [];
    });
  return {
    needs: tell("fromId", "toId"),
    neededBy: tell("toId", "fromId"),
    affects: listOf(answers.identity?.affects)
      .map((one) => ({ service: textOf(one.service), note: textOf(one.note) }))
      .filter((one) => one.service !== ""),
  };
}
