import { Download } from "lucide-react";
import type { DeploymentView } from "#lib/releases/types.ts";
import { apiPath } from "../api-client.ts";
import { Button } from "../ui/button.tsx";
import { Card, CardBody, CardHeader } from "../ui/card.tsx";
import { CopyButton } from "../ui/copy-button.tsx";
import { MonoId } from "../ui/mono-id.tsx";
import { isMoving, isOpen } from "./release-words.ts";

/** The file of record: who, what text, what differed, every line of the log, probes, backups. */
export function EvidenceCard({ deployment }: { deployment: DeploymentView }) {
  const { id, evidenceHash, run } = deployment;
  if (!evidenceHash) {
    if (!run || isOpen(deployment)) return null;
    return (
      <Card>
        <CardHeader title="Evidence" />
        <CardBody className="text-muted">
          {isMoving(deployment) ? "It is written once this has ended." : "It is being written."}
        </CardBody>
      </Card>
    );
  }
  const file = `deployment-${id}.json`;
  const command = `npm run evidence:verify -- ${file} ${evidenceHash}`;
  const href = (ending: "json" | "md") =>
    apiPath(`/deployments/{deploymentId}/evidence.${ending}`, { deploymentId: id });
  return (
    <Card aria-label="Evidence">
      <CardHeader
        title="Evidence"
        note="Who, what text, what differed, every line of the log. Its hash is in the audit chain."
      />
      <CardBody className="grid grid-cols-1 gap-3">
        <div className="flex flex-wrap gap-2">
          <Button asChild size="sm">
            <a href={href("md")} download>
              <Download aria-hidden /> To read (Markdown)
            </a>
          </Button>
          <Button asChild size="sm">
            <a href={href("json")} download>
              <Download aria-hidden /> To verify (JSON)
            </a>
          </Button>
        </div>
        <p className="flex flex-wrap items-center gap-1 text-sm">
          <span className="text-muted">SHA-256</span> <MonoId value={evidenceHash} what="hash of the evidence" />
        </p>
        <p className="flex items-center gap-1 text-sm">
          <code className="min-w-0 break-all rounded-sm bg-sunken px-1.5 py-1 text-xs">{command}</code>
          <CopyButton text={command} label="Copy the command that verifies it" />
        </p>
      </CardBody>
    </Card>
  );
}
