import { expect, it } from "vitest";
import { wholeLines } from "./decode-stream.ts";
import { onlyDevices } from "./prove-files.ts";

const device = (name: string) => `tar: ./${name}: Cannot mknod: Operation not permitted\n`;
const END = "tar: Exiting with failure status due to previous errors\n";

it("devices that nobody may make here are no fault of the archive, however many there are", () => {
  const all = Array.from({ length: 200 }, (_, index) => device(`device-${index}`)).join("") + END;
  expect(onlyDevices(all)).toBe(true);
  for (let kept = 100; kept < 200; kept++) expect(onlyDevices(wholeLines(all.slice(-kept)))).toBe(true);
  expect(onlyDevices(`${device("a")}tar: Unexpected EOF in archive\n${END}`)).toBe(false);
  expect(onlyDevices("")).toBe(false);
});
