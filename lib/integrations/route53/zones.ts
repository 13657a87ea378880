import { GetChangeCommand, GetHostedZoneCommand } from "@aws-sdk/client-route-53";
import { type RequestOptions, sendRequest } from "./client.ts";
import { fromProviderName } from "./names.ts";

export interface HostedZone {
  id: string;
  name: string;
  nameServers: string[];
}

/** The hosted zone with this id. */
export async function getZone(zoneId: string, { signal, onRequest }: RequestOptions = {}): Promise<HostedZone> {
  const answer = await sendRequest(
    (client, sending) => client.send(new GetHostedZoneCommand({ Id: zoneId }), sending),
    { signal, onRequest, readOnly: true },
  );
  return {
    id: (answer.HostedZone?.Id ?? zoneId).replace(/^\/hostedzone\//, ""),
    name: fromProviderName(answer.HostedZone?.Name ?? ""),
    nameServers: (answer.DelegationSet?.NameServers ?? []).map(fromProviderName),
  };
}

/** Whether a change has reached every one of Route 53's name servers. */
export async function getChange(
  changeId: string,
  { signal, onRequest }: RequestOptions = {},
): Promise<"PENDING" | "INSYNC"> {
  const answer = await sendRequest((client, sending) => client.send(new GetChangeCommand({ Id: changeId }), sending), {
    signal,
    onRequest,
    readOnly: true,
  });
  return answer.ChangeInfo?.Status === "INSYNC" ? "INSYNC" : "PENDING";
}
