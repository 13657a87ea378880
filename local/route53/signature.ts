import { createHash, createHmac, timingSafeEqual } from "node:crypto";
import type { IncomingHttpHeaders } from "node:http";
import { ServiceError } from "./errors.ts";

/** Besides the account's own key, any a test makes up with this beginning is good. */
const TEST_KEY_PREFIX = "AKIATEST";

export interface Account {
  accessKeyId?: string | undefined;
  /** With it signatures are verified, for every key; without, only the access key is looked at. */
  secretAccessKey?: string | undefined;
}

export interface SignedRequest {
  method: string;
  url: URL;
  headers: IncomingHttpHeaders;
  body: string;
}

const hmac = (key: string | Buffer, text: string) => createHmac("sha256", key).update(text).digest();
const sha256 = (text: string) => createHash("sha256").update(text).digest("hex");

const encodeStrictly = (text: string) =>
  encodeURIComponent(text).replace(/[!'()*]/g, (char) => `%${char.charCodeAt(0).toString(16).toUpperCase()}`);

function signRequest(request: SignedRequest, scope: string[], signedHeaders: string, secret: string): string {
  const { method, url, headers, body } = request;
  const query = [...url.searchParams]
    .map(([key, value]) => `${encodeStrictly(key)}=${encodeStrictly(value)}`)
    .sort()
    .join("&");
  const headerLines = signedHeaders.split(";").map((name) => `${name}:${String(headers[name] ?? "").trim()}\n`);
  const path = url.pathname.split("/").map(encodeStrictly).join("/");
  const canonical = [method, path, query, headerLines.join(""), signedHeaders, sha256(body)].join("\n");
  const toSign = ["AWS4-HMAC-SHA256", headers["x-amz-date"], scope.join("/"), sha256(canonical)].join("\n");
  const key = scope.reduce<string | Buffer>((previous, part) => hmac(previous, part), `AWS4${secret}`);
  return hmac(key, toSign).toString("hex");
}

/** The access key of a request; refuses unknown keys and, when the secret is known, wrong signatures. */
export function authenticate(request: SignedRequest, account: Account): string {
  const match =
    /^AWS4-HMAC-SHA256 Credential=([^/,]+)\/([^,]+), ?SignedHeaders=([^,]+), ?Signature=([0-9a-f]{64})$/.exec(
      request.headers.authorization ?? "",
    );
  if (!match) throw new ServiceError("MissingAuthenticationToken", "Missing Authentication Token");
  const [, accessKeyId = "", scope = "", signedHeaders = "", signature = ""] = match;
  if (accessKeyId !== account.accessKeyId && !accessKeyId.startsWith(TEST_KEY_PREFIX))
    throw new ServiceError("InvalidClientTokenId", "The security token included in the request is invalid.");
  if (account.secretAccessKey !== undefined) {
    const expected = signRequest(request, scope.split("/"), signedHeaders, account.secretAccessKey);
    if (!timingSafeEqual(Buffer.from(expected), Buffer.from(signature)))
      throw new ServiceError(
        "SignatureDoesNotMatch",
        "The request signature we calculated does not match the signature you provided. Check your AWS Secret Access Key and signing method. Consult the service documentation for details.",
      );
  }
  return accessKeyId;
}
