"use client";

import { useQuery } from "@tanstack/react-query";
import { Plus } from "lucide-react";
import { type FormEvent, useId, useState } from "react";
import type { CertificateView } from "#lib/certificates/types.ts";
import { ApiError, api } from "../api-client.ts";
import { Button } from "../ui/button.tsx";
import { Dialog, DialogClose, DialogContent, DialogTrigger } from "../ui/dialog.tsx";
import { Field, FieldGroup } from "../ui/field.tsx";
import { Input } from "../ui/input.tsx";
import { Radio, RadioGroup } from "../ui/radio-group.tsx";
import { Select } from "../ui/select.tsx";
import { useCertificateAct } from "./use-certificate.ts";

const DEFAULT_PATH = "/run/secrets/certificate";
const SERVICES_SHOWN = 200;

type Place = { kind: "swarm"; target: string; options: { mountPath: string } } | { kind: "ingress" };

/** Names a place the panel brings it to, now and after every renewal. */
export function DeliveryDialog({ certificate }: { certificate: CertificateView }) {
  const [open, setOpen] = useState(false);
  const [kind, setKind] = useState<Place["kind"]>("swarm");
  const [chosen, setChosen] = useState<string>();
  const [mountPath, setMountPath] = useState(DEFAULT_PATH);
  const formId = useId();
  const services = useQuery({
    queryKey: ["services", "mine"],
    queryFn: ({ signal }) => api("GET /services", { query: { owner: "me", limit: SERVICES_SHOWN }, signal }),
    enabled: open,
  });
  const names = (services.data?.items ?? []).filter((one) => one.state !== "retired").map((one) => one.name);
  const own = certificate.service?.name;
  const service = chosen ?? (own && names.includes(own) ? own : names[0]);
  const certificateId = certificate.id;
  const act = useCertificateAct((place: Place) =>
    api("POST /certificates/{certificateId}/deliveries", { params: { certificateId }, body: place }),
  );
  const refusal = act.error instanceof ApiError ? act.error : undefined;

  function submit(event: FormEvent) {
    event.preventDefault();
    const place: Place =
      kind === "swarm"
        ? { kind, target: `${service}-production_app`, options: { mountPath: mountPath.trim() || DEFAULT_PATH } }
        : { kind };
    act.mutate(place, { onSuccess: () => setOpen(false) });
  }

  return (
    <Dialog
      open={open}
      onOpenChange={(next) => {
        act.reset();
        setOpen(next);
      }}
    >
      <DialogTrigger asChild>
        <Button size="sm">
          <Plus aria-hidden /> Bring it somewhere
        </Button>
      </DialogTrigger>
      <DialogContent
        title="Bring it somewhere"
        description="Now, and by itself after every renewal."
        footer={
          <>
            <DialogClose asChild>
              <Button>Cancel</Button>
            </DialogClose>
            <Button
              type="submit"
              form={formId}
              variant="primary"
              pending={act.isPending}
              disabled={kind === "swarm" && !service}
            >
              Bring it there
            </Button>
          </>
        }
      >
        <form id={formId} onSubmit={submit} noValidate className="grid gap-4">
          <FieldGroup label="Where to?" error={refusal?.fields.kind}>
            <RadioGroup value={kind} onValueChange={(value) => setKind(value === "ingress" ? "ingress" : "swarm")}>
              <Radio value="swarm" label="A service" hint="Into its containers, replaced one by one." />
              <Radio value="ingress" label="The reverse proxy" hint="It answers for these names from then on." />
            </RadioGroup>
          </FieldGroup>
          {kind === "swarm" ? (
            <>
              <Field
                label="Service"
                why="One of your own: its containers will hold the private key."
                error={
                  refusal?.fields.target ?? (services.isSuccess && !service ? "You have no service yet." : undefined)
                }
                required
              >
                <Select value={service ?? ""} onChange={(event) => setChosen(event.target.value)}>
                  {names.map((name) => (
                    <option key={name} value={name}>
                      {name}
                    </option>
                  ))}
                </Select>
              </Field>
              <Field
                label="Folder in the container"
                why="fullchain.pem and privkey.pem will be there."
                error={refusal?.fields["options.mountPath"]}
              >
                <Input
                  value={mountPath}
                  onChange={(event) => setMountPath(event.target.value)}
                  spellCheck={false}
                  autoComplete="off"
                  className="font-mono text-sm"
                />
              </Field>
            </>
          ) : null}
          {refusal && Object.keys(refusal.fields).length === 0 ? (
            <p role="alert" className="text-failed">
              {refusal.message} {refusal.advice}
            </p>
          ) : null}
        </form>
      </DialogContent>
    </Dialog>
  );
}
