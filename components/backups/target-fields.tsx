"use client";

import { useState } from "react";
import { Callout } from "../ui/callout.tsx";
import { Checkbox } from "../ui/checkbox.tsx";
import { CopyButton } from "../ui/copy-button.tsx";
import { Field } from "../ui/field.tsx";
import { Input } from "../ui/input.tsx";
import { Select } from "../ui/select.tsx";
import { Textarea } from "../ui/textarea.tsx";
import { presetFields, S3_PRESETS, type TargetDraft } from "./target-draft.ts";
import { TextField } from "./text-field.tsx";

interface FieldsProps {
  draft: TargetDraft;
  change: (fields: Partial<TargetDraft>) => void;
  problem: (path: string) => string | undefined;
  /** One is kept already; it is never shown again. */
  hasSecret: boolean;
  /** The target every panel has: its folder is a setting. */
  isOwnDisk: boolean;
}

export function DiskFields({ draft, change, problem, isOwnDisk }: FieldsProps) {
  return (
    <>
      {isOwnDisk ? (
        <p className="text-muted">
          Its folder is the setting <code>BACKUPS_ROOT</code>, on the worker’s node.
        </p>
      ) : (
        <TextField
          label="Folder"
          why="An absolute path on the worker’s node; the worker’s user must be able to write there. Several workers must all see it."
          value={draft.folder}
          onChange={(folder) => change({ folder })}
          placeholder="/mnt/backups"
          mono
          error={problem("config.folder")}
        />
      )}
      <Callout tone="warning" title="A disk in the same machine burns with it">
        Mount one from elsewhere, or keep a second policy that stores off site.
      </Callout>
    </>
  );
}

export function S3Fields({ draft, change, problem, hasSecret }: FieldsProps) {
  const [preset, setPreset] = useState("");
  return (
    <>
      <Field label="Provider" why="Fills in what is known about it." className="sm:max-w-80" optional>
        <Select
          value={preset}
          onChange={({ target }) => {
            setPreset(target.value);
            const chosen = S3_PRESETS.find((one) => one.id === target.value);
            if (chosen) change(presetFields(chosen));
          }}
        >
          <option value="">As it stands below</option>
          {S3_PRESETS.map((one) => (
            <option key={one.id} value={one.id}>
              {one.label}
            </option>
          ))}
        </Select>
      </Field>
      <div className="grid gap-4 sm:grid-cols-2">
        <TextField
          label="Endpoint"
          why="Empty: Amazon’s own, by region."
          value={draft.endpoint}
          onChange={(endpoint) => change({ endpoint })}
          placeholder="https://s3.example.org"
          mono
          optional
          error={problem("config.endpoint")}
        />
        <TextField
          label="Region"
          why="Servers of one’s own mostly take us-east-1."
          value={draft.region}
          onChange={(region) => change({ region })}
          mono
          error={problem("config.region")}
        />
        <TextField
          label="Bucket"
          why="Make it before; the panel does not."
          value={draft.bucket}
          onChange={(bucket) => change({ bucket })}
          mono
          error={problem("config.bucket")}
        />
        <TextField
          label="Prefix"
          why="A folder in the bucket that is only the panel’s."
          value={draft.prefix}
          onChange={(prefix) => change({ prefix })}
          placeholder="seaworthy"
          mono
          optional
          error={problem("config.prefix")}
        />
        <TextField
          label="Access key id"
          why="Of an account that may list, read, write and delete there, and nowhere else."
          value={draft.accessKeyId}
          onChange={(accessKeyId) => change({ accessKeyId })}
          mono
          error={problem("config.accessKeyId")}
        />
        <Field
          label="Secret access key"
          why={
            hasSecret
              ? "One is kept and not shown again. Type another to replace it."
              : "Kept encrypted and never shown again."
          }
          error={problem("secret")}
          className="content-start"
        >
          <Input
            type="password"
            autoComplete="new-password"
            value={draft.secret}
            onChange={({ target }) => change({ secret: target.value })}
            placeholder={hasSecret ? "kept" : ""}
            className="font-mono text-sm"
          />
        </Field>
      </div>
      <div className="grid gap-1">
        <Checkbox
          checked={draft.pathStyle}
          onCheckedChange={(checked) => change({ pathStyle: checked === true })}
          label="The bucket is in the path, not in the host’s name"
          hint="Most servers of one’s own want this."
        />
        <Checkbox
          checked={draft.checksums}
          onCheckedChange={(checked) => change({ checksums: checked === true })}
          label="Send checksums in headers"
          hint="Amazon checks them. Off where Check now is refused; what is stored is read back and hashed either way."
        />
        <Checkbox
          checked={draft.conditionalWrites}
          onCheckedChange={(checked) => change({ conditionalWrites: checked === true })}
          label="Ask the server to refuse to overwrite"
          hint="Amazon knows this (If-None-Match). Off where it is not known; the panel looks before it writes."
        />
      </div>
    </>
  );
}

export function SshFields({ draft, change, problem, hasSecret }: FieldsProps) {
  const host = draft.host.trim() || "HOST";
  const port = draft.port.trim() === "22" || !draft.port.trim() ? "" : ` -p ${draft.port.trim()}`;
  const command = `ssh-keyscan -t ed25519${port} ${host} | ssh-keygen -lf -`;
  return (
    <>
      <div className="grid gap-4 sm:grid-cols-2">
        <TextField
          label="Host"
          value={draft.host}
          onChange={(text) => change({ host: text })}
          placeholder="backup.example.org"
          mono
          error={problem("config.host")}
        />
        <TextField
          label="Port"
          value={draft.port}
          onChange={(text) => change({ port: text })}
          inputMode="numeric"
          className="max-w-24"
          error={problem("config.port")}
        />
        <TextField
          label="User"
          why="One who may do SFTP and nothing else."
          value={draft.user}
          onChange={(user) => change({ user })}
          mono
          error={problem("config.user")}
        />
        <TextField
          label="Folder"
          why="Absolute, and only the panel’s."
          value={draft.folder}
          onChange={(folder) => change({ folder })}
          placeholder="/srv/backups"
          mono
          error={problem("config.folder")}
        />
      </div>
      <Field
        label="Host key"
        why="Its fingerprint. A server with another key is refused, whoever it says it is."
        error={problem("config.hostKey")}
      >
        <Input
          value={draft.hostKey}
          onChange={({ target }) => change({ hostKey: target.value })}
          placeholder="SHA256:…"
          autoComplete="off"
          spellCheck={false}
          className="font-mono text-sm"
        />
      </Field>
      <div className="-mt-2 grid gap-1 text-muted text-sm">
        <p>
          On the server itself: <code>ssh-keygen -lf /etc/ssh/ssh_host_ed25519_key.pub</code>. From elsewhere, to be
          compared with what its administrator says:
        </p>
        <p className="flex min-w-0 items-center gap-1">
          <code className="min-w-0 break-all rounded-sm bg-sunken px-1">{command}</code>
          <CopyButton text={command} label="Copy the command" />
        </p>
      </div>
      <Field
        label="Private key"
        why={
          hasSecret
            ? "One is kept and not shown again. Paste another to replace it."
            : "OpenSSH’s format, without a passphrase (ssh-keygen -t ed25519). Kept encrypted and never shown again."
        }
        error={problem("secret")}
      >
        <Textarea
          value={draft.secret}
          onChange={({ target }) => change({ secret: target.value })}
          placeholder={hasSecret ? "kept" : "-----BEGIN OPENSSH PRIVATE KEY-----"}
          autoComplete="off"
          spellCheck={false}
          className="min-h-24 font-mono text-sm"
        />
      </Field>
    </>
  );
}
