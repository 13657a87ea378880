"use client";

import { createContext, use } from "react";

/** What is wrong, and what should be known, by path within the group on the page. */
export interface Problems {
  error: (path: string) => string | undefined;
  warning: (path: string) => string | undefined;
}

const ProblemsContext = createContext<Problems>({ error: () => undefined, warning: () => undefined });
export const ProblemsProvider = ProblemsContext;
export const useProblems = (): Problems => use(ProblemsContext);
