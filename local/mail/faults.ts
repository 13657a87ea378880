import type { SmtpReply, SmtpServer, SmtpSession } from "maildev";
import { z } from "zod";

/** A way for delivery to go wrong, at most `count` times (always, without one), for one recipient (all, without one). */
export const SmtpFault = z
  .strictObject({
    /** Where it strikes: when a connection opens, at a recipient, or once the whole mail was sent. */
    stage: z.enum(["connect", "recipient", "data"]).default("recipient"),
    /** 4xx, 5xx, no answer at all, or the connection cut; cut at `data` means the mail did arrive. */
    kind: z.enum(["temporary", "permanent", "hang", "drop"]),
    recipient: z.string().optional(),
    count: z.number().int().min(1).optional(),
  })
  .refine((fault) => fault.stage !== "connect" || fault.recipient === undefined, {
    error: "A connection has no recipient yet",
  });
export type SmtpFault = z.output<typeof SmtpFault>;

class SmtpError extends Error {
  readonly responseCode: number;
  constructor(responseCode: number, message: string) {
    super(message);
    this.responseCode = responseCode;
  }
}

/** The faults in force, and the hooks of the SMTP server that carry them out. */
export class SmtpFaults {
  #faults: SmtpFault[] = [];

  add(fault: SmtpFault): void {
    this.#faults.push({ ...fault });
  }

  /** Lifts the faults of one recipient, or all of them. */
  clear(recipient?: string): void {
    this.#faults = recipient === undefined ? [] : this.#faults.filter((fault) => fault.recipient !== recipient);
  }

  list(): SmtpFault[] {
    return this.#faults;
  }

  install(smtp: SmtpServer): void {
    const { onConnect, onRcptTo, onData } = smtp;
    smtp.onConnect = (session, reply) => {
      const fault = this.#take("connect", []);
      if (!fault) onConnect.call(smtp, session, reply);
      else this.#strike(smtp, fault, session, reply);
    };
    smtp.onRcptTo = (address, session, reply) => {
      const fault = this.#take("recipient", [address.address]);
      if (!fault) onRcptTo.call(smtp, address, session, reply);
      else this.#strike(smtp, fault, session, reply);
    };
    smtp.onData = (stream, session, reply) => {
      const recipients = session.envelope.rcptTo.map(({ address }) => address);
      const fault = this.#take("data", recipients);
      if (fault?.kind === "drop") onData.call(smtp, stream, session, () => this.#strike(smtp, fault, session, reply));
      else if (fault) stream.resume().on("end", () => this.#strike(smtp, fault, session, reply));
      else onData.call(smtp, stream, session, reply);
    };
  }

  #take(stage: SmtpFault["stage"], recipients: string[]): SmtpFault | undefined {
    const found = this.#faults.find(
      (fault) => fault.stage === stage && (fault.recipient === undefined || recipients.includes(fault.recipient)),
    );
    if (found?.count !== undefined) {
      found.count -= 1;
      if (found.count === 0) this.#faults = this.#faults.filter((fault) => fault !== found);
    }
    return found;
  }

  #strike(smtp: SmtpServer, { kind }: SmtpFault, session: SmtpSession, reply: SmtpReply): void {
    if (kind === "temporary") reply(new SmtpError(451, "4.3.0 Temporary failure, try again later"));
    else if (kind === "permanent") reply(new SmtpError(550, "5.1.1 Mailbox unavailable"));
    else if (kind === "drop")
      for (const connection of smtp.connections) if (connection.id === session.id) connection._socket.destroy();
  }
}
