import type { Account } from "./accounts.ts";

const escapeHtml = (text: string) => text.replace(/[&<>"']/g, (char) => `&#${char.charCodeAt(0)};`);

const STYLE = `
:root { color-scheme: light dark; --ink: #18181b; --soft: #52525b; --line: #d4d4d8; --paper: #ffffff; --back: #f4f4f5; --hover: #f4f4f5; --accent: #1d4ed8; }
@media (prefers-color-scheme: dark) { :root { --ink: #fafafa; --soft: #a1a1aa; --line: #3f3f46; --paper: #18181b; --back: #09090b; --hover: #27272a; --accent: #93c5fd; } }
* { box-sizing: border-box; }
body { margin: 0; min-height: 100vh; background: var(--back); color: var(--ink); font: 15px/1.5 system-ui, sans-serif; display: grid; place-items: center; padding: 24px 16px; }
main { width: 100%; max-width: 440px; background: var(--paper); border: 1px solid var(--line); border-radius: 12px; padding: 28px 24px 24px; }
h1 { margin: 0 0 4px; font-size: 20px; line-height: 1.3; }
p { margin: 0 0 16px; color: var(--soft); overflow-wrap: anywhere; }
ul { list-style: none; margin: 0 0 20px; padding: 0; border: 1px solid var(--line); border-radius: 8px; overflow: hidden; }
li + li { border-top: 1px solid var(--line); }
li > * { display: flex; align-items: baseline; justify-content: space-between; flex-wrap: wrap; gap: 0 12px; width: 100%; padding: 11px 14px; }
button { font: inherit; color: inherit; background: none; border: 0; text-align: left; cursor: pointer; min-height: 46px; }
button:hover { background: var(--hover); }
button:focus-visible, a:focus-visible { outline: 2px solid var(--accent); outline-offset: -2px; border-radius: 6px; }
.send { border: 1px solid var(--line); border-radius: 8px; padding: 8px 16px; }
.job { color: var(--soft); font-size: 14px; }
.note { margin: 0; font-size: 13px; border-top: 1px solid var(--line); padding-top: 14px; }
a { color: var(--accent); }`;

const NOTE = `<p class="note">This page stands in for your organisation's identity provider. It belongs to the demo on this machine and asks for no password.</p>`;

function page(title: string, nonce: string, content: string): string {
  return `<!doctype html>
<html lang="en">
<head>
<meta charset="utf-8">
<meta name="viewport" content="width=device-width, initial-scale=1">
<meta name="robots" content="noindex">
<link rel="icon" href="data:,">
<title>${escapeHtml(title)}</title>
<style nonce="${nonce}">${STYLE}</style>
</head>
<body><main>${content}</main></body>
</html>
`;
}

const hidden = (name: string, value: string | undefined) =>
  value === undefined ? "" : `<input type="hidden" name="${name}" value="${escapeHtml(value)}">`;

const writeAccount = ({ givenName, surname, job }: Account) =>
  `<span>${escapeHtml(`${givenName} ${surname}`)}</span> <span class="job">${escapeHtml(job)}</span>`;

/** Everybody who can sign in, one button each; the request is carried along in the form. */
export function accountsPage(
  nonce: string,
  accounts: Account[],
  request: { samlRequest: string; relayState: string | undefined; acsUrl: string },
): string {
  const buttons = accounts.map(
    (account) => `<li><button name="account" value="${escapeHtml(account.id)}">${writeAccount(account)}</button></li>`,
  );
  return page(
    "Sign in",
    nonce,
    `<h1>Who are you?</h1>
<p>Choose an account to sign in to <strong>${escapeHtml(new URL(request.acsUrl).host)}</strong>.</p>
<form method="post" action="/sso">${hidden("SAMLRequest", request.samlRequest)}${hidden("RelayState", request.relayState)}
<ul>${buttons.join("\n")}</ul></form>${NOTE}`,
  );
}

/** Sends the response on by itself, or by a button where scripts do not run. */
export function responsePage(
  nonce: string,
  answer: { acsUrl: string; samlResponse: string; relayState: string | undefined },
): string {
  return page(
    "Signing in…",
    nonce,
    `<h1>Signing in…</h1>
<p>You are on your way back. If nothing happens, press the button.</p>
<form id="answer" method="post" action="${escapeHtml(answer.acsUrl)}">${hidden("SAMLResponse", answer.samlResponse)}${hidden("RelayState", answer.relayState)}
<button class="send">Continue</button></form>
<script nonce="${nonce}">document.getElementById("answer").submit();</script>`,
  );
}

export function errorPage(nonce: string, problem: string): string {
  return page("Cannot sign in", nonce, `<h1>Cannot sign in</h1><p role="alert">${escapeHtml(problem)}</p>${NOTE}`);
}

export function homePage(nonce: string, accounts: Account[]): string {
  const rows = accounts.map((account) => `<li><div>${writeAccount(account)}</div></li>`);
  return page(
    "Local identity provider",
    nonce,
    `<h1>Local identity provider</h1>
<p>Sign-in starts at the panel, which sends you here. These people exist:</p>
<ul>${rows.join("\n")}</ul><p><a href="/metadata">Metadata</a></p>${NOTE}`,
  );
}
