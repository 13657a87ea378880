import { z } from "zod";
import { type Download, defineDownload } from "#lib/api/define-download.ts";
import { type EvidenceDownload, getEvidence } from "#lib/releases/queries/get-evidence.ts";

const params = z.object({ deploymentId: z.uuid() });

async function* once(content: string) {
  yield content;
}

const toDownload = ({ fileName, text }: EvidenceDownload, contentType: Download["contentType"]): Download => ({
  ...{ fileName, contentType, sizeBytes: Buffer.byteLength(text) },
  body: once(text),
});

const json = defineDownload({
  path: "/deployments/{deploymentId}/evidence.json",
  action: "deployments.read",
  summary: "The evidence of a deployment: the very bytes whose SHA-256 is in the audit chain.",
  params,
  handler: async ({ actor, params: { deploymentId } }) =>
    toDownload(await getEvidence(actor, deploymentId, "json"), "application/octet-stream"),
});

const markdown = defineDownload({
  path: "/deployments/{deploymentId}/evidence.md",
  action: "deployments.read",
  summary: "The same evidence for reading, as Markdown.",
  params,
  handler: async ({ actor, params: { deploymentId } }) =>
    toDownload(await getEvidence(actor, deploymentId, "md"), "text/plain; charset=utf-8"),
});

export const evidenceRoutes = [json, markdown] as const;
