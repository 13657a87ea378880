import { BSON, type Document } from "mongodb";
import { EXACT } from "./exact.ts";

/** MongoDB's wire protocol, as far as today's clients speak it: OP_MSG, and the old OP_QUERY for the first word of a connection. */
const OP_REPLY = 1;
const OP_QUERY = 2004;
const OP_MSG = 2013;
const HEADER = 16;
const CHECKSUM_PRESENT = 1;

export interface Request {
  id: number;
  opCode: number;
  command: Document;
  /** What came beside the command (`documents` of an insert), each as it was sent. */
  sequences: Record<string, Buffer[]>;
}

/** Exact types, and lists of documents as they were sent: what is stored is what came. */
const AS_SENT = { ...EXACT, fieldsAsRaw: { documents: true } } as const;

/** Takes whole messages off what has come so far. */
export function takeMessage(received: Buffer): { message: Buffer; rest: Buffer } | null {
  if (received.length < HEADER) return null;
  const length = received.readInt32LE(0);
  if (length < HEADER || length > 48_000_000) throw new Error(`A message of ${length} bytes.`);
  return received.length < length ? null : { message: received.subarray(0, length), rest: received.subarray(length) };
}

export function readRequest(message: Buffer): Request {
  const id = message.readInt32LE(4);
  const opCode = message.readInt32LE(12);
  if (opCode === OP_QUERY) {
    const name = message.indexOf(0, HEADER + 4);
    return { id, opCode, command: BSON.deserialize(message.subarray(name + 9), AS_SENT), sequences: {} };
  }
  if (opCode !== OP_MSG) throw new Error(`Op code ${opCode} is not spoken here.`);
  const flags = message.readUInt32LE(HEADER);
  const end = message.length - (flags & CHECKSUM_PRESENT ? 4 : 0);
  const request: Request = { id, opCode, command: {}, sequences: {} };
  for (let at = HEADER + 4; at < end; ) {
    const kind = message.readUInt8(at);
    const length = message.readInt32LE(at + 1);
    const section = message.subarray(at + 1, at + 1 + length);
    if (kind === 0) request.command = BSON.deserialize(section, AS_SENT);
    else readSequence(section, request);
    at += 1 + length;
  }
  const { documents } = request.command;
  if (Array.isArray(documents)) request.sequences.documents = documents.map((one) => Buffer.from(one as Uint8Array));
  return request;
}

function readSequence(section: Buffer, { sequences }: Request): void {
  const nameEnd = section.indexOf(0, 4);
  sequences[section.toString("utf8", 4, nameEnd)] = splitDocuments(section.subarray(nameEnd + 1));
}

/** Documents one after another. */
function splitDocuments(bytes: Buffer): Buffer[] {
  const documents: Buffer[] = [];
  for (let at = 0; at < bytes.length; ) {
    const length = bytes.readInt32LE(at);
    documents.push(Buffer.from(bytes.subarray(at, at + length)));
    at += length;
  }
  return documents;
}

export function writeReply({ id, opCode }: Request, answer: Document): Buffer {
  const body = BSON.serialize(answer);
  const head = opCode === OP_QUERY ? Buffer.alloc(HEADER + 20) : Buffer.alloc(HEADER + 5);
  head.writeInt32LE(head.length + body.length, 0);
  head.writeInt32LE(id, 8);
  head.writeInt32LE(opCode === OP_QUERY ? OP_REPLY : OP_MSG, 12);
  // One document is returned; the rest of an OP_REPLY's head is zeros.
  if (opCode === OP_QUERY) head.writeInt32LE(1, HEADER + 16);
  return Buffer.concat([head, body]);
}
