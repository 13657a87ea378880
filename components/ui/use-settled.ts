"use client";

import { useEffect, useState } from "react";

const PAUSE_MS = 300;

/** The value as it was when the typing last paused: what a server is asked about. */
export function useSettled<T>(value: T, pauseMs = PAUSE_MS): T {
  const text = JSON.stringify(value);
  const [settled, setSettled] = useState(text);
  useEffect(() => {
    const timer = setTimeout(() => setSettled(text), pauseMs);
    return () => clearTimeout(timer);
  }, [text, pauseMs]);
  return JSON.parse(settled) as T;
}
