import { createPrivateKey, createPublicKey, randomUUID, webcrypto } from "node:crypto";
import { BmpString, OctetString } from "asn1js";
import {
  Attribute,
  AuthenticatedSafe,
  CertBag,
  Certificate,
  CryptoEngine,
  PFX,
  PKCS8ShroudedKeyBag,
  PrivateKeyInfo,
  SafeBag,
  SafeContents,
} from "pkijs";
import { splitChain } from "./chain.ts";

const FRIENDLY_NAME = "1.2.840.113549.1.9.20";
const LOCAL_KEY_ID = "1.2.840.113549.1.9.21";
const KEY_BAG = "1.2.840.113549.1.12.10.1.2";
const CERTIFICATE_BAG = "1.2.840.113549.1.12.10.1.3";
const X509 = "1.2.840.113549.1.9.22.1";
/** As OpenSSL 3 and Windows Server 2019 write it: readable by both, and by Java 8u301. */
const CIPHER = { name: "AES-CBC", length: 256, iv: new ArrayBuffer(0) };
const ITERATIONS = 100_000;
const HASH = "SHA-256";

const own = (bytes: Uint8Array): ArrayBuffer => new Uint8Array(bytes).buffer;

/** What ties a key to its certificate for programs that hold many. */
const attributes = (name: string, keyId: ArrayBuffer) => [
  new Attribute({ type: FRIENDLY_NAME, values: [new BmpString({ value: name })] }),
  new Attribute({ type: LOCAL_KEY_ID, values: [new OctetString({ valueHex: keyId })] }),
];

/**
 * A PKCS #12 file of the key and the whole chain, locked with the passphrase: PBES2 with AES-256, its integrity by HMAC
 * with SHA-256. The passphrase is ASCII, for programs disagree about other letters.
 */
export async function buildPkcs12(file: {
  keyPem: string | Buffer;
  chainPem: string;
  passphrase: string;
  /** How programs list the entry. */
  name: string;
}): Promise<Uint8Array> {
  const engine = new CryptoEngine({ name: "node", crypto: webcrypto as unknown as Crypto });
  const password = own(Buffer.from(file.passphrase, "ascii"));
  const privateKey = createPrivateKey(file.keyPem);
  const [leaf, ...issuers] = splitChain(file.chainPem);
  if (!leaf) throw new Error("The chain has no certificate");
  // A key that is not the certificate's would make a file that no server starts with.
  if (!createPublicKey(privateKey).equals(leaf.publicKey)) throw new Error("The key is not the certificate's");
  const keyId = own(Buffer.from(randomUUID().replaceAll("-", ""), "hex"));

  const keyBag = new PKCS8ShroudedKeyBag({
    parsedValue: PrivateKeyInfo.fromBER(own(privateKey.export({ type: "pkcs8", format: "der" }))),
  });
  await keyBag.makeInternalValues(
    {
      password,
      contentEncryptionAlgorithm: CIPHER,
      hmacHashAlgorithm: HASH,
      iterationCount: ITERATIONS,
    },
    engine,
  );
  const certificateBag = (der: Uint8Array, isLeaf: boolean) =>
    new SafeBag({
      bagId: CERTIFICATE_BAG,
      bagValue: new CertBag({ certId: X509, parsedValue: Certificate.fromBER(own(der)) }),
      ...(isLeaf ? { bagAttributes: attributes(file.name, keyId) } : {}),
    });
  const safe = new AuthenticatedSafe({
    parsedValue: {
      safeContents: [
        {
          privacyMode: 0,
          value: new SafeContents({
            safeBags: [new SafeBag({ bagId: KEY_BAG, bagValue: keyBag, bagAttributes: attributes(file.name, keyId) })],
          }),
        },
        {
          // Certificates are public; encrypting them as well is what others do, and some readers expect.
          privacyMode: 1,
          value: new SafeContents({
            safeBags: [certificateBag(leaf.raw, true), ...issuers.map((one) => certificateBag(one.raw, false))],
          }),
        },
      ],
    },
  });
  await safe.makeInternalValues(
    {
      safeContents: [
        {},
        { password, contentEncryptionAlgorithm: CIPHER, hmacHashAlgorithm: HASH, iterationCount: ITERATIONS },
      ],
    },
    engine,
  );
  const pfx = new PFX({ parsedValue: { integrityMode: 0, authenticatedSafe: safe } });
  await pfx.makeInternalValues(
    { password, iterations: ITERATIONS, pbkdf2HashAlgorithm: { name: HASH }, hmacHashAlgorithm: HASH },
    engine,
  );
  return new Uint8Array(pfx.toSchema().toBER(false));
}
