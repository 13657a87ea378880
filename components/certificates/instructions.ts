import { nameFiles } from "#lib/certificates/format.ts";

export interface Instruction {
  key: string;
  label: string;
  /** What to do, in order; a step may come with text to copy. */
  steps: readonly { text: string; code?: string; file?: string }[];
}

interface Subject {
  names: readonly string[];
  /** The key stays with whoever made the request. */
  isCsr: boolean;
}

/** A name a server block can carry: the star stays, for servers know it. */
const serverNames = (names: readonly string[]) => names.join(" ");
/** A name that one can visit. */
const visitable = (names: readonly string[]) =>
  names.find((name) => !name.startsWith("*.")) ?? `www.${(names[0] ?? "").replace(/^\*\./, "")}`;

const CHECK = (names: readonly string[]) => {
  const name = visitable(names);
  return {
    text: "Look whether the whole chain is served: “Verify return code” has to be 0.",
    code: `openssl s_client -connect ${name}:443 -servername ${name} </dev/null | grep -E "subject|Verify return"`,
  };
};

/** How to use it with the servers people have; file names are those of the downloads. */
export function instructionsFor({ names, isCsr }: Subject): Instruction[] {
  const files = nameFiles(names);
  const key = isCsr ? "your.key.pem" : files.key;
  const folder = "/etc/ssl/seaworthy";
  const get = (...wanted: string[]) => {
    const list = [...wanted, isCsr ? "your own private key" : files.key];
    return `Put ${list.slice(0, -1).join(", ")} and ${list.at(-1)} into ${folder}, readable by root only.`;
  };
  const protect = `install -d -m 0700 ${folder}\ninstall -m 0600 ${files.fullchain} ${key} ${folder}/`;
  return [
    {
      key: "nginx",
      label: "nginx",
      steps: [
        { text: get(files.fullchain), code: protect },
        {
          text: "Name them in the server block. nginx wants the full chain in one file, the certificate first.",
          file: "/etc/nginx/conf.d/site.conf",
          code: `server {
    listen 443 ssl;
    listen [::]:443 ssl;
    http2 on;
    server_name ${serverNames(names)};

    ssl_certificate     ${folder}/${files.fullchain};
    ssl_certificate_key ${folder}/${key};
    ssl_protocols       TLSv1.2 TLSv1.3;
}`,
        },
        { text: "Check and load.", code: "nginx -t && systemctl reload nginx" },
        CHECK(names),
      ],
    },
    {
      key: "apache",
      label: "Apache",
      steps: [
        { text: get(files.fullchain), code: protect },
        {
          text: "Name them in the virtual host. From 2.4.8 on, SSLCertificateFile takes the full chain; SSLCertificateChainFile is not needed.",
          file: "/etc/apache2/sites-available/site.conf",
          code: `<VirtualHost *:443>
    ServerName ${visitable(names)}
${names.length > 1 ? `    ServerAlias ${names.filter((name) => name !== visitable(names)).join(" ")}\n` : ""}    SSLEngine on
    SSLCertificateFile    ${folder}/${files.fullchain}
    SSLCertificateKeyFile ${folder}/${key}
    SSLProtocol           -all +TLSv1.2 +TLSv1.3
</VirtualHost>`,
        },
        { text: "Check and load.", code: "a2enmod ssl && apachectl configtest && systemctl reload apache2" },
        CHECK(names),
      ],
    },
    {
      key: "traefik",
      label: "Traefik",
      steps: [
        { text: get(files.fullchain), code: protect },
        {
          text: "Name them in a file of the file provider’s folder. Traefik picks the certificate by the name that is asked for, and sees changes by itself.",
          file: "dynamic/certificate.yml",
          code: `tls:
  certificates:
    - certFile: ${folder}/${files.fullchain}
      keyFile: ${folder}/${key}`,
        },
        CHECK(names),
      ],
    },
    {
      key: "caddy",
      label: "Caddy",
      steps: [
        {
          text: `${get(files.fullchain)} Caddy runs as its own user, who has to read them.`,
          code: `install -d -m 0750 -g caddy ${folder}\ninstall -m 0640 -g caddy ${files.fullchain} ${key} ${folder}/`,
        },
        {
          text: "Name them in the site; Caddy then asks for no certificate of its own.",
          file: "/etc/caddy/Caddyfile",
          code: `${names.join(", ")} {
    tls ${folder}/${files.fullchain} ${folder}/${key}
    reverse_proxy 127.0.0.1:8080
}`,
        },
        { text: "Check and load.", code: "caddy validate --config /etc/caddy/Caddyfile && systemctl reload caddy" },
        CHECK(names),
      ],
    },
    {
      key: "node",
      label: "Node.js",
      steps: [
        { text: get(files.fullchain), code: protect },
        {
          text: "Give both to the server. `cert` takes the full chain; `ca` is for clients’ certificates and stays out.",
          file: "server.mjs",
          code: `import { readFileSync } from "node:fs";
import { createServer } from "node:https";

createServer(
  {
    cert: readFileSync("${folder}/${files.fullchain}"),
    key: readFileSync("${folder}/${key}"),
  },
  (request, response) => response.end("hello\\n"),
).listen(443);`,
        },
        ...(isCsr
          ? []
          : [
              {
                text: "Or with the PKCS #12 file, whose passphrase comes from the environment.",
                code: `createServer({ pfx: readFileSync("${folder}/${files.pkcs12}"), passphrase: process.env.TLS_PASSPHRASE }, handler)`,
              },
            ]),
        CHECK(names),
      ],
    },
    {
      key: "aws",
      label: "AWS",
      steps: [
        {
          text: `Download ${files.certificate} and ${files.chain}${isCsr ? "; the key is yours" : `, and ${files.key}`}. ACM wants the certificate and its issuers apart, not the full chain.`,
        },
        {
          text: "Import them. For CloudFront the region has to be us-east-1; ACM takes ECDSA P-256 and P-384 and RSA 2048 to 4096.",
          code: `aws acm import-certificate --region us-east-1 \\
  --certificate fileb://${files.certificate} \\
  --certificate-chain fileb://${files.chain} \\
  --private-key fileb://${key}`,
        },
        {
          text: "ACM does not renew what was imported. After each renewal import again over the same ARN: what uses it follows.",
          code: `aws acm import-certificate --region us-east-1 --certificate-arn arn:aws:acm:… \\
  --certificate fileb://${files.certificate} \\
  --certificate-chain fileb://${files.chain} \\
  --private-key fileb://${key}`,
        },
      ],
    },
  ];
}
