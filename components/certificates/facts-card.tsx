"use client";

import Link from "next/link";
import type { CertificateView } from "#lib/certificates/types.ts";
import { Card, CardBody, CardHeader, Fact, Facts } from "../ui/card.tsx";
import { CopyButton } from "../ui/copy-button.tsx";
import { MonoId } from "../ui/mono-id.tsx";
import { ExactTime } from "../ui/relative-time.tsx";
import { KEY_WORDS } from "./certificate-words.ts";

/** Names beyond these fold away. */
const NAMES_SHOWN = 6;

/** What it is. */
export function FactsCard({ certificate }: { certificate: CertificateView }) {
  const { names, service, owner, keyType, key, issuer, serial, notBefore, notAfter, chain } = certificate;
  return (
    <Card>
      <CardHeader title="What it is" />
      <CardBody>
        <Facts>
          <Fact name={names.length === 1 ? "Name" : "Names"}>
            <NameList names={names} />
          </Fact>
          <Fact name="Belongs to">
            {service ? (
              <Link href={`/services/${service.name}`} className="text-accent underline underline-offset-4">
                {service.name}
              </Link>
            ) : null}
            {service && owner ? ", " : null}
            {owner?.name ?? (service ? null : "administrators")}
          </Fact>
          <Fact name="Key">
            {key ?? KEY_WORDS[keyType]}
            {keyType === "csr" ? <span className="text-muted"> · never came to the panel</span> : null}
          </Fact>
          {issuer ? <Fact name="Issuer">{issuer}</Fact> : null}
          {notBefore && notAfter ? (
            <>
              <Fact name="Valid from">
                <ExactTime at={notBefore} />
              </Fact>
              <Fact name="Valid until">
                <ExactTime at={notAfter} />
              </Fact>
            </>
          ) : null}
          {serial ? (
            <Fact name="Serial">
              <MonoId value={serial} head={10} what="serial" />
            </Fact>
          ) : null}
          {chain.length > 0 ? (
            <Fact name="Chain">
              <ChainList chain={chain} />
            </Fact>
          ) : null}
        </Facts>
      </CardBody>
    </Card>
  );
}

function NameList({ names }: { names: string[] }) {
  const [shown, rest] = [names.slice(0, NAMES_SHOWN), names.slice(NAMES_SHOWN)];
  const list = (some: string[]) => (
    <ul>
      {some.map((name) => (
        <li key={name} className="flex items-start gap-1">
          <span className="min-w-0 break-all">{name}</span>
          <CopyButton text={name} label={`Copy ${name}`} className="-my-0.5" />
        </li>
      ))}
    </ul>
  );
  return (
    <>
      {list(shown)}
      {rest.length > 0 ? (
        <details>
          <summary className="w-fit text-muted text-sm">and {rest.length} more</summary>
          {list(rest)}
        </details>
      ) : null}
    </>
  );
}

function ChainList({ chain }: { chain: CertificateView["chain"] }) {
  return (
    <ol className="grid gap-1.5">
      {chain.map((one, index) => (
        <li key={one.fingerprint} className="min-w-0">
          <span className="line-clamp-2 break-all" title={one.subject}>
            {one.subject}
          </span>
          <span className="flex flex-wrap items-center gap-x-2 text-muted text-xs">
            {index === 0 ? "this certificate" : "its issuer"}
            <MonoId value={one.fingerprint} head={8} tail={5} what="SHA-256 fingerprint" />
          </span>
        </li>
      ))}
      <li className="text-muted text-xs">signed by {chain.at(-1)?.issuer}</li>
    </ol>
  );
}
