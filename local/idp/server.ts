import { randomBytes } from "node:crypto";
import { once } from "node:events";
import { mkdirSync, renameSync, writeFileSync } from "node:fs";
import { createServer } from "node:http";
import { dirname } from "node:path";
import express, { type Express, type Request, type Response } from "express";
import samlp, { type ParsedAuthnRequest } from "samlp";
import { ACCOUNTS, attributesOf, emailOf } from "./accounts.ts";
import { isAllowedUrl } from "./allow-list.ts";
import { buildMetadata } from "./metadata.ts";
import { accountsPage, errorPage, homePage, responsePage } from "./pages.ts";
import { craftResponse } from "./responses.ts";
import { loadSigningKey, type SigningKey } from "./signing-key.ts";

const DEFAULT_ACS_URLS = ["http://localhost:*/*", "http://127.0.0.1:*/*"];

export interface ProviderOptions {
  host?: string;
  port?: number;
  /** Address people reach it at, where that is not host and port. */
  baseUrl?: string;
  /** Where answers may be sent; see allow-list.ts. */
  acsUrls?: string[];
  /** Service providers (their entity ids) that are served; without any, everyone who asks. */
  audiences?: string[];
  stateDir: string;
  metadataFile?: string;
}

/** What is wrong with a request, told to the person. */
class RequestProblem extends Error {}

interface AcceptedRequest {
  id: string;
  serviceProvider: string;
  acsUrl: string;
  authnContextClassRef: string | undefined;
  samlRequest: string;
  relayState: string | undefined;
}

const field = (value: unknown) => (typeof value === "string" && value !== "" ? value : undefined);

function parseAuthnRequest(samlRequest: string): Promise<ParsedAuthnRequest> {
  return new Promise((resolve, reject) => {
    samlp.parseRequest({ query: { SAMLRequest: samlRequest } }, (error, data) => {
      if (error || !data) reject(new RequestProblem("The sign-in request cannot be read."));
      else resolve(data);
    });
  });
}

async function acceptRequest(fields: Record<string, unknown>, options: ProviderOptions, ssoUrl: string) {
  const samlRequest = field(fields.SAMLRequest);
  if (!samlRequest) throw new RequestProblem("There is no sign-in request here. Start at the panel.");
  const { id, issuer, assertionConsumerServiceURL, destination, requestedAuthnContext } =
    await parseAuthnRequest(samlRequest);
  if (!id || !issuer) throw new RequestProblem("The sign-in request has no id or no issuer.");
  if (destination && destination !== ssoUrl)
    throw new RequestProblem(`The sign-in request is meant for ${destination}.`);
  if (options.audiences?.length && !options.audiences.includes(issuer))
    throw new RequestProblem(`${issuer} is not known here.`);
  if (!assertionConsumerServiceURL || !isAllowedUrl(options.acsUrls ?? DEFAULT_ACS_URLS, assertionConsumerServiceURL))
    throw new RequestProblem(`Answers may not be sent to ${assertionConsumerServiceURL ?? "nowhere"}.`);
  const accepted: AcceptedRequest = {
    id,
    serviceProvider: issuer,
    acsUrl: assertionConsumerServiceURL,
    authnContextClassRef: requestedAuthnContext?.authnContextClassRef,
    samlRequest,
    relayState: field(fields.RelayState),
  };
  return accepted;
}

/** Pages are locked down to their own style and script, and to posting where they must. */
function sendPage(response: Response, formAction: string, write: (nonce: string) => string, status = 200): void {
  const nonce = randomBytes(16).toString("base64");
  response.status(status).set({
    "content-security-policy": `default-src 'none'; style-src 'nonce-${nonce}'; script-src 'nonce-${nonce}'; img-src data:; form-action ${formAction}; base-uri 'none'; frame-ancestors 'none'`,
    "cache-control": "no-store",
    "referrer-policy": "no-referrer",
  });
  response.type("html").send(write(nonce));
}

function createApp(options: ProviderOptions, signingKey: SigningKey, baseUrl: () => string): Express {
  const app = express();
  app.disable("x-powered-by");
  app.use(express.urlencoded({ extended: false, limit: "64kb" }));
  const urls = () => ({ entityId: `${baseUrl()}/metadata`, ssoUrl: `${baseUrl()}/sso` });

  const handleSso = async (request: Request, response: Response) => {
    const fields: Record<string, unknown> = request.method === "POST" ? (request.body ?? {}) : request.query;
    try {
      const accepted = await acceptRequest(fields, options, urls().ssoUrl);
      const chosen = request.method === "POST" ? field(fields.account) : undefined;
      if (!chosen) return sendPage(response, "'self'", (nonce) => accountsPage(nonce, ACCOUNTS, accepted));
      const account = ACCOUNTS.find(({ id }) => id === chosen);
      if (!account) throw new RequestProblem("There is no such account.");
      const samlResponse = await craftResponse({
        ...signingKey,
        issuer: urls().entityId,
        inResponseTo: accepted.id,
        acsUrl: accepted.acsUrl,
        audience: accepted.serviceProvider,
        nameId: emailOf(account),
        attributes: attributesOf(account),
        authnContextClassRef: accepted.authnContextClassRef,
      });
      const { acsUrl, relayState } = accepted;
      sendPage(response, new URL(acsUrl).origin, (nonce) => responsePage(nonce, { acsUrl, relayState, samlResponse }));
    } catch (error) {
      if (!(error instanceof RequestProblem)) throw error;
      sendPage(response, "'none'", (nonce) => errorPage(nonce, error.message), 400);
    }
  };

  app.get("/", (_, response) => sendPage(response, "'none'", (nonce) => homePage(nonce, ACCOUNTS)));
  app.get("/metadata", (_, response) => {
    response.type("application/samlmetadata+xml").send(buildMetadata({ ...urls(), cert: signingKey.cert }));
  });
  app.route("/sso").get(handleSso).post(handleSso);
  return app;
}

export interface Provider {
  url: string;
  metadata: string;
  close(): Promise<void>;
}

/** Starts the provider; its key and certificate live in the state folder. */
export async function startProvider(options: ProviderOptions): Promise<Provider> {
  const { host = "127.0.0.1", port = 0 } = options;
  const signingKey = await loadSigningKey(options.stateDir);
  let url = options.baseUrl ?? "";
  const server = createServer(createApp(options, signingKey, () => url));
  server.listen(port, host);
  await once(server, "listening");
  const address = server.address();
  url ||= `http://${host}:${typeof address === "object" && address ? address.port : port}`;
  const metadata = buildMetadata({ entityId: `${url}/metadata`, ssoUrl: `${url}/sso`, cert: signingKey.cert });
  if (options.metadataFile !== undefined) {
    mkdirSync(dirname(options.metadataFile), { recursive: true });
    writeFileSync(`${options.metadataFile}.new`, metadata);
    renameSync(`${options.metadataFile}.new`, options.metadataFile);
  }
  return {
    url,
    metadata,
    async close() {
      server.closeAllConnections();
      await new Promise((done) => server.close(done));
    },
  };
}
