"use client";

import { PROTOCOLS, PUBLISH_KINDS } from "#lib/services/constants.ts";
import { Input } from "../ui/input.tsx";
import { Select } from "../ui/select.tsx";
import { useDraft } from "./draft-context.tsx";
import { NumberInput } from "./number-input.tsx";
import { PathField } from "./path-field.tsx";
import type { ListProps } from "./question-props.ts";
import { Rows } from "./rows.tsx";

interface Port {
  container: unknown;
  publish: string;
  published: unknown;
  protocol: string;
  purpose: string;
}

export function PortRows({ field, value, onChange, question }: ListProps<Port>) {
  const { choices } = useDraft();
  const fresh = (): Port => ({ container: null, publish: "automatic", published: null, protocol: "tcp", purpose: "" });
  return (
    <Rows path={field} rows={value} onChange={onChange} fresh={fresh} noun="port" max={50}>
      {(row, path, change) => (
        <div className="grid grid-cols-2 gap-x-2 gap-y-2 sm:grid-cols-4">
          <PathField small path={`${path}.container`} label="Port inside">
            <NumberInput value={row.container} onChange={(container) => change({ container })} />
          </PathField>
          <PathField small path={`${path}.protocol`} label="Protocol">
            <Select value={row.protocol} onChange={(event) => change({ protocol: event.target.value })}>
              {PROTOCOLS.map((one) => (
                <option key={one}>{one}</option>
              ))}
            </Select>
          </PathField>
          <PathField small path={`${path}.publish`} label="Reached from outside" className="col-span-2">
            <Select
              value={row.publish}
              onChange={({ target }) =>
                change({ publish: target.value, ...(target.value === "fixed" ? {} : { published: null }) })
              }
            >
              {PUBLISH_KINDS.map((one) => (
                <option key={one} value={one}>
                  {one === "automatic"
                    ? `Published on a free port (${choices.publishedPortMin}–${choices.publishedPortMax})`
                    : question.choices?.[one]}
                </option>
              ))}
            </Select>
          </PathField>
          {row.publish === "fixed" ? (
            <PathField small path={`${path}.published`} label="Published on">
              <NumberInput value={row.published} onChange={(published) => change({ published })} />
            </PathField>
          ) : null}
          <PathField
            small
            path={`${path}.purpose`}
            label="What speaks on it"
            className={row.publish === "fixed" ? "col-span-2 sm:col-span-3" : "col-span-2 sm:col-span-4"}
          >
            <Input value={row.purpose} onChange={(event) => change({ purpose: event.target.value })} />
          </PathField>
        </div>
      )}
    </Rows>
  );
}
