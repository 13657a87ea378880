import { gunzipSync } from "node:zlib";
import { authorize } from "#lib/access/policy.ts";
import type { UserActor } from "#lib/access/types.ts";
import { db } from "#lib/platform/db/client.ts";
import { AppError } from "#lib/platform/errors.ts";
import { evidenceFileSchema } from "../evidence/file.ts";
import { toMarkdown } from "../evidence/to-markdown.ts";
import { deploymentSubject, findDeployment } from "./find-deployment.ts";

/** The evidence of a deployment as it was written; null: none was yet. */
export async function readEvidence(deploymentId: string): Promise<{ hash: string; text: string } | null> {
  const row = await db().deploymentEvidence.findUnique({ where: { deploymentId } });
  return row && { hash: row.hash, text: gunzipSync(row.body).toString("utf8") };
}

/** Newest hash that the audit chain has of a deployment's evidence; null: none. */
export async function readEvidenceHash(deploymentId: string): Promise<string | null> {
  const event = await db().auditEvent.findFirst({
    where: { subjectType: "deployment", subjectId: deploymentId, action: "deployments.evidence" },
    orderBy: { id: "desc" },
    select: { detail: true },
  });
  const { detail } = event ?? {};
  return typeof detail === "object" && detail !== null && "sha256" in detail ? String(detail.sha256) : null;
}

export interface EvidenceDownload {
  fileName: string;
  text: string;
}

/** The file as people are given it: the very bytes that were hashed, or the same for reading. */
export async function getEvidence(
  actor: UserActor,
  deploymentId: string,
  form: "json" | "md",
): Promise<EvidenceDownload> {
  const row = await findDeployment(deploymentId);
  authorize(actor, "deployments.read", deploymentSubject(row));
  const found = await readEvidence(deploymentId);
  if (!found)
    throw new AppError({
      code: "deployments.no_evidence",
      message: "Nothing is written down of this deployment yet.",
      advice: "It is written when its run has ended.",
      status: 404,
    });
  const name = `${row.environment.service.name}-${row.environment.name}-release-${row.release.number}-${deploymentId.slice(0, 8)}`;
  if (form === "json") return { fileName: `${name}.json`, text: found.text };
  return { fileName: `${name}.md`, text: toMarkdown(evidenceFileSchema.parse(JSON.parse(found.text)), found.hash) };
}
