/** What a notice is made of; the HTML is made from the text. */
export interface Notice {
  subject: string;
  text: string;
  /** Channels that can be loud are. */
  urgent?: boolean;
  /** The page it is about; the first link of the text when left out. */
  page?: string;
}

/** What a mail about a service may say: never a secret. */
export interface ServiceSummary {
  name: string;
  purpose: string;
  environments: string[];
  /** One per swarm service: name, tasks running of those wanted, image, host names of the nodes. */
  running: { name: string; running: number; desired: number; image: string; nodes: string[] }[];
  hostnames: { name: string; https: boolean }[];
  certificates: { names: string[]; issuer: string; notAfter: Date }[];
  /** Start of the newest backup that was restored and compared; null: none yet. */
  restorableAsOf: Date | null;
}

export interface NoticeContext {
  recipientName: string;
  /** A page of the panel as a whole address: `link("/services/pad-notes")`. */
  link(path: string): string;
  runUrl: string;
  now: Date;
}
