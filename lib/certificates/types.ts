/** A certificate as pages show it. The private key is not here and never will be. */
export interface CertificateView {
  id: string;
  service: { id: string; name: string } | null;
  names: string[];
  /** pending | issued | failed | revoked */
  state: string;
  issuer: string | null;
  serial: string | null;
  notBefore: string | null;
  notAfter: string | null;
  /** Whole days until it expires, negative afterwards; null when there is none yet. */
  daysLeft: number | null;
  /** Why the last order failed, in words. */
  error: string | null;
  createdAt: string;
  issuedAt: string | null;
}
