import type { MadeWebhook } from "#lib/releases/types.ts";
import { Callout } from "../ui/callout.tsx";
import { CopyButton } from "../ui/copy-button.tsx";
import { FORGE_WORDS } from "./forge-words.ts";

/** What is pasted where; the secret is shown here and nowhere else. */
export function MadeWebhookBody({ made }: { made: MadeWebhook }) {
  const { name, where, fields, settings } = FORGE_WORDS[made.kind];
  return (
    <div className="grid gap-3">
      <Callout tone="warning" title="Copy the secret now">
        It is shown this once. When it is lost, remove the webhook and make another.
      </Callout>
      <p>
        At {name}, open {where}, and paste these:
      </p>
      <Line name={fields.address} text={made.url} label="Copy the address" />
      <Line name={fields.secret} text={made.secret} label="Copy the secret" />
      <ul className="list-disc pl-5 text-muted text-sm">
        {settings.map((setting) => (
          <li key={setting}>{setting}</li>
        ))}
      </ul>
    </div>
  );
}

function Line({ name, text, label }: { name: string; text: string; label: string }) {
  return (
    <div className="grid gap-1">
      <span className="font-medium text-sm">{name}</span>
      <div className="flex items-center gap-2 rounded-md border border-line bg-sunken px-3 py-2">
        <code className="min-w-0 flex-1 select-all break-all">{text}</code>
        <CopyButton text={text} label={label} />
      </div>
    </div>
  );
}
