"use client";

import { useMutation, useQueryClient } from "@tanstack/react-query";
import { type FormEvent, useId, useState } from "react";
import { toast } from "sonner";
import { ApiError, api } from "../api-client.ts";
import { Button } from "../ui/button.tsx";
import { Dialog, DialogClose, DialogContent, DialogTrigger } from "../ui/dialog.tsx";
import { Field } from "../ui/field.tsx";
import { Input } from "../ui/input.tsx";
import { Textarea } from "../ui/textarea.tsx";
import { configKey, type Place } from "./use-config.ts";

/** Takes a secret's new value once; it is never shown, not even to who typed it. */
export function SecretDialog({ place, name, isSet }: { place: Place; name: string; isSet: boolean }) {
  const client = useQueryClient();
  const formId = useId();
  const [open, setOpen] = useState(false);
  const [value, setValue] = useState("");
  const [isLong, setLong] = useState(false);
  const save = useMutation({
    mutationFn: () =>
      api("PUT /services/{serviceName}/environments/{environment}/secrets/{secret}", {
        params: { ...place, secret: name },
        body: { value },
      }),
    onSuccess: ({ version }) => {
      toast.success(`${name} has value ${version}. The app gets it with the next deployment.`);
      void client.invalidateQueries({ queryKey: configKey(place) });
      changeOpen(false);
    },
  });
  function changeOpen(next: boolean) {
    setOpen(next);
    // The value is kept nowhere on the page either.
    setValue("");
    setLong(false);
    save.reset();
  }
  function submit(event: FormEvent) {
    event.preventDefault();
    event.stopPropagation();
    if (value !== "") save.mutate();
  }
  const refused = save.error instanceof ApiError ? save.error : null;
  const control = {
    value,
    onChange: ({ target }: { target: { value: string } }) => setValue(target.value),
    autoComplete: "new-password",
    spellCheck: false,
  };
  return (
    <Dialog open={open} onOpenChange={changeOpen}>
      <DialogTrigger asChild>
        <Button size="sm">
          {isSet ? "Replace" : "Set"}
          <span className="sr-only"> the value of {name}</span>
        </Button>
      </DialogTrigger>
      <DialogContent
        title={isSet ? `A new value for ${name}` : `The value of ${name}`}
        description="It is kept encrypted, never shown again, and given to the app with the next deployment."
        footer={
          <>
            <DialogClose asChild>
              <Button disabled={save.isPending}>Cancel</Button>
            </DialogClose>
            <Button type="submit" form={formId} variant="primary" pending={save.isPending} disabled={value === ""}>
              Keep the value
            </Button>
          </>
        }
      >
        <form id={formId} onSubmit={submit} className="grid justify-items-start gap-2">
          <Field
            label="Value"
            error={refused?.fields.value ?? refused?.fields.secret ?? save.error?.message}
            className="w-full"
          >
            {isLong ? (
              <Textarea {...control} rows={6} className="font-mono text-sm" />
            ) : (
              <Input {...control} type="password" />
            )}
          </Field>
          <Button
            variant="link"
            size="sm"
            aria-pressed={isLong}
            onClick={() => {
              setLong(!isLong);
              setValue("");
            }}
          >
            {isLong ? "One line, hidden while I type" : "Several lines, such as a key"}
          </Button>
        </form>
      </DialogContent>
    </Dialog>
  );
}
