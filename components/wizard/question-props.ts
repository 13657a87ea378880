import type { Question } from "#lib/services/schema/define-group.ts";

/** What the control of one question gets. */
export interface QuestionProps {
  question: Question;
  /** The question's field, and the path of its problems. */
  field: string;
  value: unknown;
  onChange: (value: unknown) => void;
}

export interface ListProps<T> extends Omit<QuestionProps, "value" | "onChange"> {
  value: readonly T[];
  /** A method, so that a table of lists of several kinds can be written down. */
  onChange(value: T[]): void;
}
