"use client";

import { KeyRound, Plus } from "lucide-react";
import Link from "next/link";
import { type FormEvent, type ReactNode, useId, useState } from "react";
import { type NewAccount, newAccountSchema } from "#lib/databases/schema/account.ts";
import type { AccountView, MadeAccount, ReachView } from "#lib/databases/types.ts";
import { ApiError, api } from "../api-client.ts";
import { findProblems } from "../backups/find-problems.ts";
import { Button } from "../ui/button.tsx";
import { CopyButton } from "../ui/copy-button.tsx";
import { Dialog, DialogClose, DialogContent, DialogTrigger } from "../ui/dialog.tsx";
import { ErrorPanel } from "../ui/error-panel.tsx";
import { Field } from "../ui/field.tsx";
import { Input } from "../ui/input.tsx";
import { RefusalPanel } from "../ui/refusal-panel.tsx";
import { Select } from "../ui/select.tsx";
import { useAccountAct } from "./use-accounts.ts";

interface NewAccountDialogProps {
  serviceName: string;
  /** Those without one; none any more once the last has been made, while its password is still being read. */
  databases: ReachView[];
}

/** Makes an account; its password is shown this once. */
export function NewAccountDialog({ serviceName, databases }: NewAccountDialogProps) {
  const [open, setOpen] = useState(false);
  const [draft, setDraft] = useState<NewAccount>({ environment: databases[0]?.environment ?? "", purpose: "" });
  const [wasTried, setWasTried] = useState(false);
  const [shown, setShown] = useState<ReachView>();
  const formId = useId();
  const make = useAccountAct(serviceName, (body: NewAccount) =>
    api("POST /services/{serviceName}/read-only-accounts", { params: { serviceName }, body }),
  );
  const environment = databases.some((one) => one.environment === draft.environment)
    ? draft.environment
    : (databases[0]?.environment ?? "");
  const input = { ...draft, environment };
  const refused = make.error instanceof ApiError ? make.error : undefined;
  const problems = { ...(wasTried ? findProblems(newAccountSchema, input) : {}), ...refused?.fields };

  function changeOpen(next: boolean) {
    setOpen(next);
    if (next) return;
    setWasTried(false);
    setDraft({ ...draft, purpose: "" });
    make.reset();
  }
  function submit(event: FormEvent) {
    event.preventDefault();
    event.stopPropagation();
    setWasTried(true);
    if (!newAccountSchema.safeParse(input).success) return;
    setShown(databases.find((one) => one.environment === environment));
    make.mutate(input);
  }

  return (
    <Dialog open={open} onOpenChange={changeOpen}>
      {databases.length > 0 ? (
        <DialogTrigger asChild>
          <Button size="sm">
            <Plus aria-hidden /> New account
          </Button>
        </DialogTrigger>
      ) : null}
      {make.data ? (
        <Shown made={make.data} reach={shown} />
      ) : (
        <DialogContent
          title="Let a dashboard read"
          description={`An account that reads ${serviceName}’s data and changes nothing.`}
          footer={
            <>
              <DialogClose asChild>
                <Button>Cancel</Button>
              </DialogClose>
              <Button type="submit" form={formId} variant="primary" pending={make.isPending}>
                Make the account
              </Button>
            </>
          }
        >
          <form id={formId} onSubmit={submit} noValidate className="grid grid-cols-1 gap-4">
            <Field label="Environment" error={problems.environment}>
              <Select value={environment} onChange={({ target }) => setDraft({ ...draft, environment: target.value })}>
                {databases.map((one) => (
                  <option key={one.environment} value={one.environment}>
                    {one.environment} ({one.database})
                  </option>
                ))}
              </Select>
            </Field>
            <Field label="What reads with it?" why="For whoever finds it later." error={problems.purpose}>
              <Input
                value={draft.purpose}
                maxLength={200}
                placeholder="Grafana"
                onChange={({ target }) => setDraft({ ...draft, purpose: target.value })}
              />
            </Field>
            <RefusalPanel refused={refused} />
          </form>
        </DialogContent>
      )}
    </Dialog>
  );
}

interface RotateDialogProps {
  serviceName: string;
  account: AccountView;
  reach: ReachView | undefined;
  disabled: boolean;
}

/** A new password in the place of the old one; shown this once. */
export function RotateDialog({ serviceName, account, reach, disabled }: RotateDialogProps) {
  const [open, setOpen] = useState(false);
  const rotate = useAccountAct(serviceName, () =>
    api("POST /services/{serviceName}/read-only-accounts/{accountId}/rotate", {
      params: { serviceName, accountId: account.id },
    }),
  );
  function changeOpen(next: boolean) {
    setOpen(next);
    if (!next) rotate.reset();
  }
  return (
    <Dialog open={open} onOpenChange={changeOpen}>
      <DialogTrigger asChild>
        <Button size="sm" disabled={disabled && !rotate.data}>
          <KeyRound aria-hidden /> New password
        </Button>
      </DialogTrigger>
      {rotate.data ? (
        <Shown made={rotate.data} reach={reach} />
      ) : (
        <DialogContent
          title="Give it a new password?"
          description="The old one stops working as soon as the run is done."
          footer={
            <>
              <DialogClose asChild>
                <Button>Keep the old one</Button>
              </DialogClose>
              <Button variant="primary" pending={rotate.isPending} onClick={() => rotate.mutate(undefined)}>
                Make a new password
              </Button>
            </>
          }
        >
          <p>
            Whatever reads as <strong className="break-all font-medium">{account.userName}</strong> ({account.purpose})
            needs the new one.
          </p>
          {rotate.error ? <ErrorPanel className="mt-3" message={rotate.error.message} /> : null}
        </DialogContent>
      )}
    </Dialog>
  );
}

const SCHEMES = { mariadb: "mysql", mysql: "mysql", postgresql: "postgresql" } as const;

function Shown({ made, reach }: { made: MadeAccount; reach: ReachView | undefined }) {
  const { account, password, runId } = made;
  const url = reach
    ? `${SCHEMES[reach.engine]}://${account.userName}:${password}@${reach.host}:${reach.port}/${reach.database}`
    : null;
  return (
    <DialogContent
      title="The password, this once"
      description="It cannot be shown again: the panel forgets it as soon as the database knows it."
      footer={
        <DialogClose asChild>
          <Button variant="primary">I have it</Button>
        </DialogClose>
      }
    >
      <div className="grid grid-cols-1 gap-4">
        <Secret label="User">{account.userName}</Secret>
        <Secret label="Password">{password}</Secret>
        {url ? <Secret label="As an address">{url}</Secret> : null}
        <p className="text-muted text-sm">
          It works when{" "}
          <Link href={`/runs/${runId}`} className="underline underline-offset-4">
            run {runId}
          </Link>{" "}
          is done{reach ? `, for what is in the network ${reach.network}` : ""}.
        </p>
      </div>
    </DialogContent>
  );
}

function Secret({ label, children }: { label: string; children: string & ReactNode }) {
  return (
    <div className="grid grid-cols-1 gap-1">
      <p className="font-medium text-sm">{label}</p>
      <div className="flex min-w-0 items-start gap-1">
        <code className="min-w-0 flex-1 select-all break-all rounded-md bg-sunken px-2 py-1 text-sm">{children}</code>
        <CopyButton text={children} label={`Copy: ${label.toLowerCase()}`} />
      </div>
    </div>
  );
}
