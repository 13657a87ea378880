"use client";

import { useRouter } from "next/navigation";
import { Combobox } from "../ui/combobox.tsx";
import { Field } from "../ui/field.tsx";

interface PreviewFormProps {
  path: string;
  version: string;
  services: { name: string; purpose: string }[];
  drafts: { id: string; name: string }[];
  /** "service:pad-notes" or "draft:<id>". */
  chosen: string | null;
}

/** Whose answers the checklist is tried on. */
export function PreviewForm({ path, version, services, drafts, chosen }: PreviewFormProps) {
  const router = useRouter();
  const options = [
    ...services.map(({ name, purpose }) => ({ value: `service:${name}`, label: name, hint: purpose })),
    ...drafts.map(({ id, name }) => ({ value: `draft:${id}`, label: name, hint: "draft" })),
  ];
  return (
    <Field label="With the answers of" className="max-w-md">
      <Combobox
        options={options}
        values={chosen ? [chosen] : []}
        placeholder="Choose a service or a draft"
        onChange={([value]) => {
          const [kind, id] = value?.split(":") ?? [];
          router.push(`${path}?version=${version}${kind && id ? `&${kind}=${encodeURIComponent(id)}` : ""}`);
        }}
      />
    </Field>
  );
}
