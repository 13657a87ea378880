import { toast } from "sonner";
import { ApiError } from "../api-client.ts";

/** A refusal of something that was pressed, with what to do about it. */
export function tellFailure(error: unknown): void {
  if (error instanceof ApiError) toast.error(error.message, error.advice ? { description: error.advice } : {});
  else toast.error("That did not work. Try again.");
}
