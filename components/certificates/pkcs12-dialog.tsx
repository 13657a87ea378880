"use client";

import { Eye, EyeOff } from "lucide-react";
import { type FormEvent, type ReactNode, useId, useState } from "react";
import { passphraseRequest } from "#lib/certificates/schema.ts";
import { ApiError } from "../api-client.ts";
import { Button } from "../ui/button.tsx";
import { Dialog, DialogClose, DialogContent, DialogTrigger } from "../ui/dialog.tsx";
import { Field } from "../ui/field.tsx";
import { Input } from "../ui/input.tsx";
import { saveFile } from "./save-file.ts";

interface Pkcs12DialogProps {
  certificateId: string;
  fileName: string;
  children: ReactNode;
}

/** Asks for the passphrase, which goes to the panel once and is kept nowhere. */
export function Pkcs12Dialog({ certificateId, fileName, children }: Pkcs12DialogProps) {
  const [open, setOpen] = useState(false);
  const [passphrase, setPassphrase] = useState("");
  const [isShown, setIsShown] = useState(false);
  const [problem, setProblem] = useState<string>();
  const [pending, setPending] = useState(false);
  const formId = useId();

  function changeOpen(next: boolean) {
    setPassphrase("");
    setProblem(undefined);
    setIsShown(false);
    setOpen(next);
  }

  async function submit(event: FormEvent) {
    event.preventDefault();
    const checked = passphraseRequest.safeParse({ passphrase });
    if (!checked.success) return setProblem(checked.error.issues[0]?.message);
    setPending(true);
    try {
      await saveFile("/certificates/{certificateId}/pkcs12", { certificateId }, checked.data);
      changeOpen(false);
    } catch (error) {
      setProblem(
        error instanceof ApiError ? (error.fields.passphrase ?? error.message) : "That did not work. Try again.",
      );
    } finally {
      setPending(false);
    }
  }

  return (
    <Dialog open={open} onOpenChange={changeOpen}>
      <DialogTrigger asChild>{children}</DialogTrigger>
      <DialogContent
        title="Make a PKCS #12 file"
        description={`${fileName} will hold the private key and the full chain.`}
        footer={
          <>
            <DialogClose asChild>
              <Button>Cancel</Button>
            </DialogClose>
            <Button type="submit" form={formId} variant="primary" pending={pending}>
              Download
            </Button>
          </>
        }
      >
        <form id={formId} onSubmit={submit} noValidate>
          <Field
            label="Passphrase"
            why="Opens the file again. The panel does not keep it: note it where it is needed."
            error={problem}
            required
          >
            <PassphraseInput {...{ passphrase, isShown }} onChange={setPassphrase} onShow={setIsShown} />
          </Field>
        </form>
      </DialogContent>
    </Dialog>
  );
}

interface PassphraseInputProps {
  passphrase: string;
  isShown: boolean;
  onChange: (text: string) => void;
  onShow: (shown: boolean) => void;
}

function PassphraseInput({ passphrase, isShown, onChange, onShow }: PassphraseInputProps) {
  const Icon = isShown ? EyeOff : Eye;
  return (
    <span className="flex gap-2">
      <Input
        type={isShown ? "text" : "password"}
        value={passphrase}
        onChange={(event) => onChange(event.target.value)}
        autoComplete="new-password"
        spellCheck={false}
        className="font-mono"
      />
      <Button
        size="icon"
        aria-label={isShown ? "Hide the passphrase" : "Show the passphrase"}
        aria-pressed={isShown}
        onClick={() => onShow(!isShown)}
      >
        <Icon aria-hidden />
      </Button>
    </span>
  );
}
