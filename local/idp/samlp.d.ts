/** The part of the samlp package (which ships no types) that is used here. */
declare module "samlp" {
  export interface ParsedAuthnRequest {
    id?: string;
    issuer?: string;
    assertionConsumerServiceURL?: string;
    destination?: string;
    requestedAuthnContext?: { authnContextClassRef: string };
  }

  export interface NameIdentifier {
    nameIdentifier: string;
    nameIdentifierFormat?: string;
  }

  export interface ResponseOptions {
    issuer: string;
    key: string;
    cert: string;
    audience?: string;
    destination?: string;
    recipient?: string;
    inResponseTo?: string;
    sessionIndex?: string;
    authnContextClassRef?: string;
    lifetimeInSeconds?: number;
    signAssertion?: boolean;
    signResponse?: boolean;
    profileMapper?: (user: unknown) => {
      getClaims(): Record<string, string | string[]>;
      getNameIdentifier(): NameIdentifier;
    };
  }

  const samlp: {
    parseRequest(
      request: { query?: Record<string, unknown>; body?: Record<string, unknown> },
      callback: (error: Error | null | undefined, data?: ParsedAuthnRequest) => void,
    ): void;
    getSamlResponse(
      options: ResponseOptions,
      user: unknown,
      callback: (error: Error | null | undefined, xml?: string) => void,
    ): void;
  };
  export default samlp;
}
