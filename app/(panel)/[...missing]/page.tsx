import { notFound } from "next/navigation";

/** An address that is no page: the frame stays, so that the reader has a way on. */
export default function MissingPage(): never {
  notFound();
}
