"use client";

import { RefreshCw, X } from "lucide-react";
import type { CertificateView } from "#lib/certificates/types.ts";
import { api } from "../api-client.ts";
import { tellFailure } from "../domains/tell-failure.ts";
import { Button } from "../ui/button.tsx";
import { Card, CardBody, CardHeader } from "../ui/card.tsx";
import { ConfirmDialog } from "../ui/confirm-dialog.tsx";
import { RelativeTime } from "../ui/relative-time.tsx";
import { StateBadge } from "../ui/state-badge.tsx";
import { Table, TableBody, TableHead, TableRow, Td, Th } from "../ui/table.tsx";
import { DeliveryDialog } from "./delivery-dialog.tsx";
import { lookOfDelivery, namePlace } from "./order-words.ts";
import { useCertificateAct } from "./use-certificate.ts";

/** Where the panel brings it whenever it changes. */
export function DeliveriesCard({ certificate }: { certificate: CertificateView }) {
  const { deliveries, may } = certificate;
  if (deliveries.length === 0 && !may.deliver) return null;
  return (
    <Card className="overflow-hidden">
      <CardHeader
        title="Deliveries"
        note="Where the panel brings it by itself whenever it is renewed."
        actions={
          may.deliver ? (
            <span className="flex flex-wrap gap-2">
              {deliveries.length > 0 ? <AgainButton certificateId={certificate.id} /> : null}
              <DeliveryDialog certificate={certificate} />
            </span>
          ) : null
        }
      />
      {deliveries.length === 0 ? (
        <CardBody>
          <p className="text-muted">
            Nowhere yet. Bring it to the containers of a service, or to the reverse proxy; or download it and put it in
            place by hand.
          </p>
        </CardBody>
      ) : (
        <Table label="Deliveries">
          <TableHead>
            <Th>Place</Th>
            <Th>State</Th>
            <Th>Has</Th>
            <Th>Delivered</Th>
            <Th>
              <span className="sr-only">Acts</span>
            </Th>
          </TableHead>
          <TableBody>
            {deliveries.map((one) => (
              <DeliveryRow key={one.id} delivery={one} certificate={certificate} />
            ))}
          </TableBody>
        </Table>
      )}
    </Card>
  );
}

interface DeliveryRowProps {
  delivery: CertificateView["deliveries"][number];
  certificate: CertificateView;
}

function DeliveryRow({ delivery, certificate }: DeliveryRowProps) {
  const { target, kind, state, error, serial, deliveredAt } = delivery;
  return (
    <TableRow>
      <Td wide className="max-w-72">
        <span className="block break-all font-medium">{target}</span>
        <span className="text-muted text-xs">{namePlace(kind)}</span>
      </Td>
      <Td label="State">
        <StateBadge plain {...lookOfDelivery(state)} />
        {error ? <p className="max-w-96 break-words text-failed text-xs">{error}</p> : null}
      </Td>
      <Td label="Has">
        {serial === null ? "nothing yet" : serial === certificate.serial ? "this one" : "an earlier one"}
      </Td>
      <Td label="Delivered" className="whitespace-nowrap">
        {deliveredAt ? <RelativeTime at={deliveredAt} /> : "–"}
      </Td>
      <Td className="text-right">
        {certificate.may.deliver && state !== "removing" ? (
          <RemoveButton certificateId={certificate.id} delivery={delivery} />
        ) : null}
      </Td>
    </TableRow>
  );
}

function AgainButton({ certificateId }: { certificateId: string }) {
  const act = useCertificateAct(() => api("POST /certificates/{certificateId}/deliver", { params: { certificateId } }));
  return (
    <Button size="sm" pending={act.isPending} onClick={() => act.mutate(undefined, { onError: tellFailure })}>
      <RefreshCw aria-hidden /> Bring it again
    </Button>
  );
}

function RemoveButton(props: { certificateId: string; delivery: CertificateView["deliveries"][number] }) {
  const { certificateId, delivery } = props;
  const act = useCertificateAct(() =>
    api("DELETE /certificates/{certificateId}/deliveries/{deliveryId}", {
      params: { certificateId, deliveryId: delivery.id },
    }),
  );
  return (
    <ConfirmDialog
      trigger={
        <Button variant="ghost" size="icon-sm" aria-label={`Take it away from ${delivery.target}`}>
          <X aria-hidden />
        </Button>
      }
      title="Take it away from there?"
      action="Take it away"
      onConfirm={() => act.mutateAsync()}
    >
      <strong className="break-all font-medium">{delivery.target}</strong> loses the certificate and its key. A service
      that reads them when it starts will not start without them.
    </ConfirmDialog>
  );
}
