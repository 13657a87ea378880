"use client";

import { DatabaseSearch, Trash2 } from "lucide-react";
import Link from "next/link";
import { toast } from "sonner";
import type { AccountState } from "#lib/databases/constants.ts";
import type { AccountList, AccountView } from "#lib/databases/types.ts";
import { api } from "../api-client.ts";
import type { Shown } from "../state-of.ts";
import { Button } from "../ui/button.tsx";
import { Card, CardBody, CardHeader, Fact, Facts } from "../ui/card.tsx";
import { ConfirmDialog } from "../ui/confirm-dialog.tsx";
import { CopyButton } from "../ui/copy-button.tsx";
import { EmptyState } from "../ui/empty-state.tsx";
import { RelativeTime } from "../ui/relative-time.tsx";
import { StateBadge } from "../ui/state-badge.tsx";
import { NewAccountDialog, RotateDialog } from "./account-dialogs.tsx";
import { useAccountAct, useAccounts } from "./use-accounts.ts";

const STATES: Record<AccountState, Shown> = {
  making: { state: "running", word: "Being set up" },
  active: { state: "done", word: "May read" },
  revoking: { state: "running", word: "Being taken away" },
  revoked: { state: "undone", word: "Revoked" },
  failed: { state: "failed", word: "Not as it should be" },
};

interface AccountsCardProps {
  serviceName: string;
  initialData: AccountList;
}

/** Accounts that dashboards read with: one for each database, which changes nothing. */
export function AccountsCard({ serviceName, initialData }: AccountsCardProps) {
  const { accounts, databases, mayManage } = useAccounts(serviceName, initialData);
  const free = databases.filter(({ environment }) => accounts.every((one) => one.environment !== environment));
  return (
    <Card aria-label="Read-only accounts">
      <CardHeader
        title="Read-only accounts"
        note="For dashboards: may read every table and was granted nothing else, ten connections at most."
        actions={mayManage ? <NewAccountDialog serviceName={serviceName} databases={free} /> : null}
      />
      {accounts.length === 0 ? (
        <EmptyState
          icon={DatabaseSearch}
          title={databases.length === 0 ? "No database" : "Nobody reads it from outside"}
        >
          {databases.length === 0
            ? "The panel backs up no SQL database of this service, so it does not know where one is."
            : "A dashboard gets an account of its own, whose password is shown once and can be changed or revoked."}
        </EmptyState>
      ) : (
        <ul className="divide-y divide-line">
          {accounts.map((account) => (
            <li key={account.id}>
              <Account account={account} serviceName={serviceName} databases={databases} mayManage={mayManage} />
            </li>
          ))}
        </ul>
      )}
    </Card>
  );
}

interface AccountProps {
  account: AccountView;
  serviceName: string;
  databases: AccountList["databases"];
  mayManage: boolean;
}

function Account({ account, serviceName, databases, mayManage }: AccountProps) {
  const { state, word } = STATES[account.state];
  const reach = databases.find(({ environment }) => environment === account.environment);
  const isMoving = account.state === "making" || account.state === "revoking";
  return (
    <CardBody className="grid gap-3">
      <div className="flex flex-wrap items-center gap-x-3 gap-y-2">
        <span className="flex min-w-0 items-center gap-1">
          <code className="break-all font-medium">{account.userName}</code>
          <CopyButton text={account.userName} label="Copy the user name" />
        </span>
        <StateBadge state={state} word={word} />
        {account.runId !== null && account.state !== "active" ? (
          <Link href={`/runs/${account.runId}`} className="text-accent text-sm underline-offset-4 hover:underline">
            Run {account.runId}
          </Link>
        ) : null}
        {mayManage ? (
          <span className="ml-auto flex flex-wrap gap-2">
            <RotateDialog serviceName={serviceName} account={account} reach={reach} disabled={isMoving} />
            <RevokeButton serviceName={serviceName} account={account} disabled={isMoving} />
          </span>
        ) : null}
      </div>
      {account.error ? <p className="break-words text-failed text-sm">{account.error}</p> : null}
      <Facts>
        <Fact name="For">{account.purpose}</Fact>
        <Fact name="Environment">{account.environment}</Fact>
        {reach ? (
          <Fact name="Reached at">
            <code className="break-all text-sm">
              {reach.host}:{reach.port}/{reach.database}
            </code>{" "}
            <span className="text-muted text-sm">in the network {reach.network}</span>
          </Fact>
        ) : null}
        {reach?.engine === "postgresql" ? (
          <Fact name="Left to it">
            Functions that run with their owner's rights (<code className="text-sm">SECURITY DEFINER</code>) and that
            everybody may call
            {account.runId === null ? null : (
              <>
                {": "}
                <Link href={`/runs/${account.runId}`} className="text-accent underline-offset-4 hover:underline">
                  run {account.runId}
                </Link>{" "}
                names those it found
              </>
            )}
          </Fact>
        ) : null}
        <Fact name="Made">
          <RelativeTime at={account.createdAt} /> by {account.requestedBy}
          {account.rotatedAt ? (
            <>
              , new password <RelativeTime at={account.rotatedAt} />
            </>
          ) : null}
        </Fact>
      </Facts>
    </CardBody>
  );
}

interface RevokeProps {
  account: AccountView;
  serviceName: string;
  disabled: boolean;
}

function RevokeButton({ account, serviceName, disabled }: RevokeProps) {
  const revoke = useAccountAct(serviceName, () =>
    api("DELETE /services/{serviceName}/read-only-accounts/{accountId}", {
      params: { serviceName, accountId: account.id },
    }),
  );
  return (
    <ConfirmDialog
      trigger={
        <Button size="sm" variant="danger-quiet" disabled={disabled}>
          <Trash2 aria-hidden /> Revoke
        </Button>
      }
      title="Revoke this account?"
      action="Revoke it"
      onConfirm={async () => {
        const { runId } = await revoke.mutateAsync(undefined);
        toast(`Run ${runId} takes it away`);
      }}
    >
      <strong className="break-all font-medium">{account.userName}</strong> is taken out of the database, and whatever
      reads with it ({account.purpose}) is cut off at once.
    </ConfirmDialog>
  );
}
