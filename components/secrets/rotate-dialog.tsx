"use client";

import { useQueryClient } from "@tanstack/react-query";
import { RefreshCw } from "lucide-react";
import { useRouter } from "next/navigation";
import { useState } from "react";
import type { SecretRow, ServiceSecrets } from "#lib/secret-stores/types.ts";
import { api } from "../api-client.ts";
import { Button } from "../ui/button.tsx";
import { Checkbox } from "../ui/checkbox.tsx";
import { ConfirmDialog } from "../ui/confirm-dialog.tsx";
import { Field } from "../ui/field.tsx";
import { Radio, RadioGroup } from "../ui/radio-group.tsx";
import { Textarea } from "../ui/textarea.tsx";

interface RotateDialogProps {
  serviceName: string;
  secret: SecretRow;
  engine: ServiceSecrets["engine"];
  disabled: boolean;
}

const WHAT_HAPPENS = {
  none: "The app's tasks are replaced by ones with the new value; then the old one is taken away.",
  app: "The database opens with the old and the new password until every task of the app has the new one. Then the old one opens nothing and is taken away.",
  root: "Backups and the panel sign in with it; the app is not touched.",
} as const;

/** Starts the run that gives a secret a new value. */
export function RotateDialog({ serviceName, secret, engine, disabled }: RotateDialogProps) {
  const router = useRouter();
  const queries = useQueryClient();
  const [source, setSource] = useState<"generate" | "enter">("generate");
  const [value, setValue] = useState("");
  const [inPlace, setInPlace] = useState(false);
  const [restartDatabase, setRestartDatabase] = useState(true);
  const isPassword = secret.account !== null;

  async function rotate() {
    const entered = !isPassword && source === "enter" ? { value } : {};
    const { runId } = await api("POST /services/{serviceName}/secrets/rotate", {
      params: { serviceName },
      body: { environment: secret.environment, secret: secret.fileName, inPlace, restartDatabase, ...entered },
    });
    setValue("");
    await queries.invalidateQueries({ queryKey: ["services"] });
    router.push(`/runs/${runId}`);
  }

  return (
    <ConfirmDialog
      trigger={
        <Button size="sm" disabled={disabled} aria-label={`Rotate ${secret.name}`}>
          <RefreshCw aria-hidden className="size-4" /> Rotate
        </Button>
      }
      title={`Give ${secret.fileName} a new value`}
      action="Rotate it"
      danger={false}
      onConfirm={rotate}
    >
      <div className="grid gap-4">
        <p>{WHAT_HAPPENS[secret.account ?? "none"]}</p>
        {isPassword ? null : (
          <RadioGroup
            aria-label="Where the new value comes from"
            value={source}
            onValueChange={(next) => setSource(next === "enter" ? "enter" : "generate")}
          >
            <Radio value="generate" label="Make one up" hint="32 random letters and digits." />
            <Radio value="enter" label="Enter it" hint="For a key that somebody else gives out." />
          </RadioGroup>
        )}
        {!isPassword && source === "enter" ? (
          <Field label="New value" required>
            <Textarea
              value={value}
              rows={3}
              className="font-mono"
              autoComplete="off"
              spellCheck={false}
              onChange={(event) => setValue(event.target.value)}
            />
          </Field>
        ) : null}
        {isPassword ? (
          <Checkbox
            checked={restartDatabase}
            onCheckedChange={(checked) => setRestartDatabase(checked === true)}
            label="Restart the database at the end"
            hint="It is away for some seconds, and the old password's file is gone from its container too. Without it, that file stays until the next time; it opens nothing."
          />
        ) : null}
        {secret.account === "app" && engine !== "none" ? (
          <Checkbox
            checked={inPlace}
            onCheckedChange={(checked) => setInPlace(checked === true)}
            label="Change the password in place"
            hint={
              engine === "postgresql"
                ? "For apps that do not read DATABASE_USER: a second account is not made, and the app cannot sign in until its tasks are replaced."
                : "For servers that keep one password only: the app cannot sign in until its tasks are replaced."
            }
          />
        ) : null}
      </div>
    </ConfirmDialog>
  );
}
