"use client";

import { useRouter } from "next/navigation";
import { type FormEvent, useState } from "react";
import { KEY_TYPES, type KeyType } from "#lib/certificates/constants.ts";
import type { CertificatePlaces, CertificateRequest, RequestedCertificate } from "#lib/certificates/types.ts";
import { ApiError, api } from "../api-client.ts";
import { Button } from "../ui/button.tsx";
import { Card, CardBody, CardHeader } from "../ui/card.tsx";
import { Checkbox } from "../ui/checkbox.tsx";
import { ErrorPanel } from "../ui/error-panel.tsx";
import { Field, FieldGroup } from "../ui/field.tsx";
import { Radio, RadioGroup } from "../ui/radio-group.tsx";
import { Select } from "../ui/select.tsx";
import { Textarea } from "../ui/textarea.tsx";
import { UnsavedGuard } from "../ui/unsaved-guard.tsx";
import { KEY_WORDS } from "./certificate-words.ts";
import { CsrField } from "./csr-field.tsx";
import { NamesCheck } from "./names-check.tsx";
import { useCertificateAct } from "./use-certificate.ts";
import { useCertificateCheck } from "./use-certificate-check.ts";

const KEY_HINTS: Record<KeyType, string> = {
  "ec-p256": "small and fast, right for nearly everything",
  "ec-p384": "where a rule asks for it",
  "rsa-2048": "for programs that know no ECDSA",
  "rsa-4096": "the same, longer and slower",
};

/** One a line, or with commas or spaces between. */
const splitNames = (text: string): string[] => [...new Set(text.split(/[\s,;]+/).filter(Boolean))];

/** Any names the reader may use, with a key of the panel's or by their own certificate request. */
export function NamesForm({ places }: { places: CertificatePlaces }) {
  const router = useRouter();
  const [source, setSource] = useState<"panel" | "csr">("panel");
  const [text, setText] = useState("");
  const [csr, setCsr] = useState("");
  const [keyType, setKeyType] = useState<KeyType>("ec-p256");
  const [autoRenew, setAutoRenew] = useState(true);
  const asked = source === "csr" ? { csr } : { names: splitNames(text), keyType };
  const { check, isSettled } = useCertificateCheck(asked);
  const act = useCertificateAct<CertificateRequest, RequestedCertificate>((body) =>
    api("POST /certificates", { body }),
  );
  const refusal = act.error instanceof ApiError ? act.error : undefined;
  const isRight = check !== undefined && check.problem === null && check.names.every((one) => one.problem === null);
  const isDirty = (text.trim() !== "" || csr.trim() !== "") && !act.isPending && !act.isSuccess;
  const suffixes = [...places.suffixes.map((one) => one.suffix), ...places.zones];

  async function submit(event: FormEvent) {
    event.preventDefault();
    try {
      const { certificateId } = await act.mutateAsync({ ...asked, autoRenew });
      router.push(`/domains/certificates/${certificateId}`);
    } catch {
      // Shown from the mutation's own error.
    }
  }

  return (
    <Card>
      <CardHeader title="Other names" note="Any names below yours and your services’, up to 100 in one certificate." />
      <CardBody>
        <form onSubmit={submit} noValidate className="grid gap-5">
          <FieldGroup label="Who makes the key?">
            <RadioGroup value={source} onValueChange={(value) => setSource(value === "csr" ? "csr" : "panel")}>
              <Radio
                value="panel"
                label="The panel"
                hint="It keeps it encrypted and renews the certificate with a new one."
              />
              <Radio
                value="csr"
                label="I do"
                hint="You give a certificate request; the key never leaves your machine."
              />
            </RadioGroup>
          </FieldGroup>
          {source === "panel" ? (
            <>
              <Field
                label="Names"
                why={suffixes.length > 0 ? <Suffixes suffixes={suffixes} /> : "One a line."}
                error={check?.problem ?? refusal?.fields.names}
                required
              >
                <Textarea
                  value={text}
                  onChange={(event) => setText(event.target.value)}
                  placeholder={`pads.${suffixes[0] ?? "example.org"}\n*.pads.${suffixes[0] ?? "example.org"}`}
                  spellCheck={false}
                  autoComplete="off"
                  autoCapitalize="off"
                  className="min-h-20 font-mono text-sm"
                />
              </Field>
              {check ? <NamesCheck check={check} isStale={!isSettled} /> : null}
              <Field label="Key" why="Leave it unless a program of yours needs another." className="sm:max-w-lg">
                <Select value={keyType} onChange={(event) => setKeyType(event.target.value as KeyType)}>
                  {KEY_TYPES.map((one) => (
                    <option key={one} value={one}>
                      {KEY_WORDS[one]}: {KEY_HINTS[one]}
                    </option>
                  ))}
                </Select>
              </Field>
            </>
          ) : (
            <>
              <CsrField
                value={csr}
                onChange={setCsr}
                error={check?.problem ?? (isSettled ? undefined : refusal?.fields.csr)}
                example={[`pads.${suffixes[0] ?? "example.org"}`]}
              />
              {check ? <NamesCheck check={check} isStale={!isSettled} /> : null}
            </>
          )}
          <Checkbox
            checked={autoRenew}
            onCheckedChange={(next) => setAutoRenew(next === true)}
            label="Renew it by itself"
            hint={
              source === "csr"
                ? "With the same request, so with the same key."
                : "In good time before it ends, with a new key. You are told only when that fails."
            }
          />
          {refusal ? (
            <ErrorPanel message={refusal.message} advice={refusal.advice} requestId={refusal.requestId} />
          ) : null}
          <div>
            <Button
              type="submit"
              variant="primary"
              pending={act.isPending || act.isSuccess}
              disabled={!isSettled || !isRight}
            >
              {check?.existing && isSettled ? "Open the one there is" : "Get the certificate"}
            </Button>
          </div>
        </form>
      </CardBody>
      <UnsavedGuard isDirty={isDirty} />
    </Card>
  );
}

const SUFFIXES_SHOWN = 4;

function Suffixes({ suffixes }: { suffixes: string[] }) {
  const more = suffixes.length - SUFFIXES_SHOWN;
  return (
    <>
      One a line, with or without a star. They end with{" "}
      {suffixes.slice(0, SUFFIXES_SHOWN).map((suffix, index) => (
        <span key={suffix}>
          {index > 0 ? ", " : null}
          <code className="break-all">.{suffix}</code>
        </span>
      ))}
      {more > 0 ? ` or another of ${more} domains that are yours` : null}.
    </>
  );
}
