"use client";

import { useQuery } from "@tanstack/react-query";
import { Pencil } from "lucide-react";
import { useRef, useState } from "react";
import type { ImpactView } from "#lib/impact/types.ts";
import { api } from "../api-client.ts";
import { Button } from "../ui/button.tsx";
import { Card, CardBody, CardHeader } from "../ui/card.tsx";
import { EditDependencies } from "./edit-dependencies.tsx";
import { ImpactGraph } from "./impact-graph.tsx";
import { RelationList } from "./relation-list.tsx";

/** What a service needs and what would notice when it is gone. */
export function Dependencies({ initialData }: { initialData: ImpactView }) {
  const { name } = initialData.service;
  const { data: view } = useQuery({
    queryKey: ["services", "dependencies", name],
    queryFn: ({ signal }) => api("GET /services/{serviceName}/dependencies", { params: { serviceName: name }, signal }),
    initialData,
  });
  const [isEditing, setIsEditing] = useState(false);
  const opener = useRef<HTMLButtonElement>(null);
  function close() {
    setIsEditing(false);
    // The button is there again only once the form is gone.
    requestAnimationFrame(() => opener.current?.focus());
  }
  const hasOthers = view.nodes.length > 1;
  return (
    <div className="grid grid-cols-1 gap-4">
      {hasOthers ? (
        <Card className="overflow-hidden">
          <CardHeader
            title="What stands and falls with it"
            note={
              view.more > 0
                ? `An arrow leads to what is needed. ${view.more} more are not drawn.`
                : "An arrow leads to what is needed."
            }
          />
          <CardBody className="p-2">
            <ImpactGraph service={view.service} nodes={view.nodes} edges={view.edges} />
          </CardBody>
        </Card>
      ) : null}
      {isEditing ? (
        <EditDependencies view={view} onDone={close} />
      ) : view.mayEdit ? (
        <Button ref={opener} className="justify-self-end" onClick={() => setIsEditing(true)}>
          <Pencil aria-hidden /> Change what it needs
        </Button>
      ) : null}
      <div className="grid grid-cols-1 items-start gap-4 lg:grid-cols-2">
        <RelationList
          {...{ view, side: "needs", title: "It needs" }}
          note="When one of these fails, it fails."
          none="Nothing was written down, and the panel sees nothing in its settings."
        />
        <RelationList
          {...{ view, side: "neededBy", title: "Needed by" }}
          note="Their owners are asked before it is taken down."
          none="No other service needs it, as far as anybody knows."
        />
      </div>
    </div>
  );
}
