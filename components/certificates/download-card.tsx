"use client";

import { Download, KeyRound, Package } from "lucide-react";
import { useState } from "react";
import { nameFiles } from "#lib/certificates/format.ts";
import type { CertificateView } from "#lib/certificates/types.ts";
import { apiPath } from "../api-client.ts";
import { tellFailure } from "../domains/tell-failure.ts";
import { Button } from "../ui/button.tsx";
import { Card, CardBody, CardHeader } from "../ui/card.tsx";
import { Pkcs12Dialog } from "./pkcs12-dialog.tsx";
import { saveFile } from "./save-file.ts";

/** Its files. Only who may have them sees this; each key that is taken is written down. */
export function DownloadCard({ certificate }: { certificate: CertificateView }) {
  const { id: certificateId, names, may, keyType } = certificate;
  if (!may.download) return null;
  const files = nameFiles(names);
  const parts = [
    {
      path: "fullchain.pem",
      file: files.fullchain,
      title: "Full chain",
      about: "Certificate and issuers: what most servers want.",
    },
    { path: "certificate.pem", file: files.certificate, title: "Certificate", about: "The certificate alone." },
    { path: "chain.pem", file: files.chain, title: "Issuers", about: "The chain without the certificate." },
  ];
  return (
    <Card>
      <CardHeader title="Download" note="What is served now, also while a renewal is under way." />
      <CardBody className="grid gap-2.5">
        {parts.map((part) => (
          <Row key={part.path} title={part.title} about={part.about} file={part.file}>
            <Button asChild size="sm">
              <a
                href={apiPath(`/certificates/{certificateId}/${part.path}`, { certificateId })}
                download={part.file}
                aria-label={`Download ${part.title.toLowerCase()}`}
              >
                <Download aria-hidden /> Download
              </a>
            </Button>
          </Row>
        ))}
        {may.downloadKey ? (
          <>
            <Row
              title="Private key"
              about="Whoever has it can pretend to be these names. Each download is recorded."
              file={files.key}
            >
              <KeyButton certificateId={certificateId} />
            </Row>
            <Row
              title="PKCS #12"
              about="Key and full chain in one file, locked with a passphrase. Recorded too."
              file={files.pkcs12}
            >
              <Pkcs12Dialog certificateId={certificateId} fileName={files.pkcs12}>
                <Button size="sm">
                  <Package aria-hidden /> Make…
                </Button>
              </Pkcs12Dialog>
            </Row>
          </>
        ) : keyType === "csr" ? (
          <p className="text-muted text-sm">
            The private key is where you made the certificate request: it never came here.
          </p>
        ) : null}
      </CardBody>
    </Card>
  );
}

function Row(props: { title: string; about: string; file: string; children: React.ReactNode }) {
  return (
    <div className="flex flex-wrap items-center gap-x-3 gap-y-1.5">
      <div className="min-w-0 flex-1 basis-48">
        <p className="font-medium">{props.title}</p>
        <p className="text-muted text-sm">{props.about}</p>
        <code className="break-all text-muted text-xs">{props.file}</code>
      </div>
      {props.children}
    </div>
  );
}

function KeyButton({ certificateId }: { certificateId: string }) {
  const [pending, setPending] = useState(false);
  async function take() {
    setPending(true);
    await saveFile("/certificates/{certificateId}/key.pem", { certificateId }).catch(tellFailure);
    setPending(false);
  }
  return (
    <Button size="sm" pending={pending} onClick={take} aria-label="Download private key">
      <KeyRound aria-hidden /> Download
    </Button>
  );
}
