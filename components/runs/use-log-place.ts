"use client";

import { useEffect, useState } from "react";
import { formatPlace, type LogPlace, parsePlace } from "./log/permalink.ts";

/** What the reader chose to look at, kept in the address so that it can be sent to somebody. */
export function useLogPlace() {
  const [place, setPlace] = useState<LogPlace>();
  /** Raised when lines should be scrolled to. */
  const [visit, setVisit] = useState(0);
  useEffect(() => {
    const read = () => {
      setPlace(parsePlace(window.location.hash));
      setVisit((n) => n + 1);
    };
    read();
    window.addEventListener("hashchange", read);
    return () => window.removeEventListener("hashchange", read);
  }, []);
  return {
    place,
    visit,
    choose: (next: LogPlace | undefined) => {
      setPlace(next);
      const { pathname, search } = window.location;
      window.history.replaceState(window.history.state, "", `${pathname}${search}${next ? formatPlace(next) : ""}`);
    },
  };
}
