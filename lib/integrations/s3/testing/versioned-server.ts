import { once } from "node:events";
import { createServer } from "node:http";
import { text } from "node:stream/consumers";

export interface Version {
  key: string;
  versionId: string;
  isMarker: boolean;
  /** Object Lock, until then. */
  lockedUntil?: Date;
}

export interface VersionedServer {
  endpoint: string;
  versions: Version[];
  /** Headers of the uploads that came. */
  puts: Record<string, string | string[] | undefined>[];
  close(): Promise<void>;
}

/** The part of S3's protocol that is about versions and locks, which the server of the other tests has not. */
export async function startVersionedServer(): Promise<VersionedServer> {
  const versions: Version[] = [];
  const puts: VersionedServer["puts"] = [];
  const server = createServer(async (request, response) => {
    const url = new URL(request.url ?? "/", "http://s3");
    const key = decodeURIComponent(url.pathname.split("/").slice(2).join("/"));
    const body = await text(request);
    const send = (status: number, xml = "", headers: Record<string, string> = {}) =>
      response.writeHead(status, { "content-type": "application/xml", ...headers }).end(xml);
    if (url.searchParams.has("versioning"))
      return send(200, "<VersioningConfiguration><Status>Enabled</Status></VersioningConfiguration>");
    if (url.searchParams.has("versions")) {
      const prefix = url.searchParams.get("prefix") ?? "";
      const found = versions.filter((version) => version.key.startsWith(prefix)).map(describeVersion);
      return send(200, `<ListVersionsResult><IsTruncated>false</IsTruncated>${found.join("")}</ListVersionsResult>`);
    }
    if (url.searchParams.has("delete")) return send(200, deleteVersions(versions, body));
    const version = versions.find((one) => one.key === key && one.versionId === url.searchParams.get("versionId"));
    if (request.method === "HEAD" && version?.lockedUntil)
      return send(200, "", { "x-amz-object-lock-retain-until-date": version.lockedUntil.toISOString() });
    if (request.method === "PUT") {
      puts.push({ ...request.headers, length: String(body.length) });
      return send(200, "", { etag: '"1"' });
    }
    const last = puts.at(-1);
    if (request.method === "HEAD" && last) return send(200, "", { "content-length": String(last.length) });
    return send(404);
  });
  server.listen(0, "127.0.0.1");
  await once(server, "listening");
  const address = server.address();
  return {
    endpoint: `http://127.0.0.1:${typeof address === "object" && address ? address.port : 0}`,
    versions,
    puts,
    close: async () => {
      server.close();
      server.closeAllConnections();
    },
  };
}

const describeVersion = ({ key, versionId, isMarker }: Version): string => {
  const name = isMarker ? "DeleteMarker" : "Version";
  return `<${name}><Key>${key}</Key><VersionId>${versionId}</VersionId></${name}>`;
};

/** Takes away the versions that are asked for; locked ones are refused one by one. */
function deleteVersions(versions: Version[], body: string): string {
  const errors: string[] = [];
  for (const [, key, versionId] of body.matchAll(/<Key>([^<]+)<\/Key><VersionId>([^<]+)<\/VersionId>/g)) {
    const at = versions.findIndex((version) => version.key === key && version.versionId === versionId);
    if (versions[at]?.lockedUntil)
      errors.push(
        `<Error><Key>${key}</Key><VersionId>${versionId}</VersionId><Code>AccessDenied</Code><Message>Access Denied because object protected by object lock.</Message></Error>`,
      );
    else if (at >= 0) versions.splice(at, 1);
  }
  return `<DeleteResult>${errors.join("")}</DeleteResult>`;
}
