import { expect, it } from "vitest";
import { isProbed } from "./probe.ts";

it.each(["203.0.113.9", "10.0.0.8", "127.0.0.1", "2001:db8::1"])("opens a connection to %s", (address) =>
  expect(isProbed(address)).toBe(true),
);

it.each(["169.254.169.254", "::ffff:169.254.169.254", "fe80::1", "0.0.0.0", "255.255.255.255", "224.0.0.1", "::"])(
  "opens none to %s, whatever a record says",
  (address) => expect(isProbed(address)).toBe(false),
);
