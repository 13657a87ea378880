import type { z } from "zod";
import type {
  certificateCalendar,
  certificateCheck,
  certificateCheckRequest,
  certificatePage,
  certificatePlaces,
  certificateRequest,
  certificateSummary,
  certificateView,
  requestedCertificate,
} from "./schema.ts";

export type CertificateSummary = z.output<typeof certificateSummary>;
export type CertificatePage = z.output<typeof certificatePage>;
export type CertificateView = z.output<typeof certificateView>;
export type OrderView = CertificateView["orders"][number];
export type CertificateCalendar = z.output<typeof certificateCalendar>;
export type CertificatePlaces = z.output<typeof certificatePlaces>;
export type CertificateCheck = z.output<typeof certificateCheck>;
export type RequestedCertificate = z.output<typeof requestedCertificate>;
export type CertificateRequest = z.output<typeof certificateRequest>;
export type CertificateCheckRequest = z.output<typeof certificateCheckRequest>;
