"use client";

import { useQuery, useQueryClient } from "@tanstack/react-query";
import { Webhook } from "lucide-react";
import { toast } from "sonner";
import type { WebhookList, WebhookView } from "#lib/releases/types.ts";
import { api } from "../api-client.ts";
import { Button } from "../ui/button.tsx";
import { Card, CardHeader } from "../ui/card.tsx";
import { ConfirmDialog } from "../ui/confirm-dialog.tsx";
import { CopyButton } from "../ui/copy-button.tsx";
import { EmptyState } from "../ui/empty-state.tsx";
import { RelativeTime } from "../ui/relative-time.tsx";
import { Table, TableBody, TableHead, TableRow, Td, Th } from "../ui/table.tsx";
import { FORGE_WORDS } from "./forge-words.ts";
import { NewWebhookDialog } from "./new-webhook-dialog.tsx";

interface WebhooksProps {
  serviceName: string;
  initialData: WebhookList;
  /** The image that runs, as a first guess at what is looked up. */
  image: string;
}

const keyOf = (serviceName: string) => ["release-webhooks", serviceName];

/** Where forges ring when something new is there, and how the last ring went. */
export function Webhooks({ serviceName, initialData, image }: WebhooksProps) {
  const client = useQueryClient();
  const { data } = useQuery({
    queryKey: keyOf(serviceName),
    queryFn: ({ signal }) => api("GET /services/{serviceName}/release-webhooks", { params: { serviceName }, signal }),
    initialData,
    refetchInterval: 10_000,
  });
  const refresh = () => client.invalidateQueries({ queryKey: keyOf(serviceName) });
  const { webhooks, mayManage } = data;
  const create = mayManage ? (
    <NewWebhookDialog serviceName={serviceName} image={image} isFirst={webhooks.length === 0} onMade={refresh} />
  ) : null;
  return (
    <Card className="overflow-hidden">
      <CardHeader
        title="Addresses"
        note="When it rings for its branch, the image’s tag is looked up and what it means now becomes a release."
        // Always here: moved with the first webhook it would be another dialog, and the secret in it gone.
        actions={create}
      />
      {webhooks.length === 0 ? (
        <EmptyState icon={Webhook} title="Nobody rings yet">
          With a webhook, GitHub or GitLab makes a release by itself whenever something is pushed, and it goes to
          staging.
        </EmptyState>
      ) : (
        <Table label="Webhooks">
          <TableHead>
            <Th>Webhook</Th>
            <Th>Branch</Th>
            <Th>Last delivery</Th>
            <Th>Address</Th>
            <Th>
              <span className="sr-only">Actions</span>
            </Th>
          </TableHead>
          <TableBody>
            {webhooks.map((webhook) => (
              <WebhookRow
                key={webhook.id}
                webhook={webhook}
                serviceName={serviceName}
                mayManage={mayManage}
                onGone={refresh}
              />
            ))}
          </TableBody>
        </Table>
      )}
    </Card>
  );
}

interface WebhookRowProps {
  webhook: WebhookView;
  serviceName: string;
  mayManage: boolean;
  onGone: () => Promise<void>;
}

function WebhookRow({ webhook, serviceName, mayManage, onGone }: WebhookRowProps) {
  const { name } = FORGE_WORDS[webhook.kind];
  async function remove() {
    await api("DELETE /services/{serviceName}/release-webhooks/{webhookId}", {
      params: { serviceName, webhookId: webhook.id },
    });
    toast.success(`${name} cannot ring for ${webhook.branch} any more.`);
    await onGone();
  }
  return (
    <TableRow>
      <Td wide className="max-w-72">
        <span className="block font-medium">{name}</span>
        <code className="block truncate text-muted text-xs" title={webhook.image}>
          {webhook.image}
        </code>
      </Td>
      <Td label="Branch" className="max-w-40">
        <code className="block truncate" title={webhook.branch}>
          {webhook.branch}
        </code>
      </Td>
      <Td label="Last delivery" className="max-w-64">
        {webhook.lastAt ? (
          <>
            <RelativeTime at={webhook.lastAt} />
            <span className="block truncate text-muted text-xs" title={webhook.lastWords ?? undefined}>
              {webhook.lastWords}
            </span>
          </>
        ) : (
          <span className="text-muted">never rung</span>
        )}
      </Td>
      <Td label="Address" className="max-w-64 max-sm:col-span-2">
        <span className="flex min-w-0 items-center gap-1">
          <code className="truncate text-xs" title={webhook.url}>
            {webhook.url}
          </code>
          <CopyButton text={webhook.url} label="Copy the address" />
        </span>
      </Td>
      <Td className="text-right max-sm:col-span-2 max-sm:text-left">
        {mayManage ? (
          <ConfirmDialog
            trigger={
              <Button size="sm">
                Remove<span className="sr-only"> the webhook for {webhook.branch}</span>
              </Button>
            }
            title="Remove this webhook?"
            action="Remove the webhook"
            onConfirm={remove}
          >
            {name} is refused from its next delivery on. Releases it brought stay. Its secret is destroyed: another
            webhook gets another one.
          </ConfirmDialog>
        ) : null}
      </Td>
    </TableRow>
  );
}
