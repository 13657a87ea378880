import { Long } from "mongodb";

/** CRC-64 with ECMA-182's polynomial, reflected, as the archive's checksums are; in two halves, for numbers here have 53 bits. */
const HIGH = new Uint32Array(256);
const LOW = new Uint32Array(256);

for (let byte = 0; byte < 256; byte++) {
  let high = 0;
  let low = byte;
  for (let bit = 0; bit < 8; bit++) {
    const isOdd = low & 1;
    low = (low >>> 1) | ((high & 1) << 31);
    high >>>= 1;
    if (isOdd) {
      high ^= 0xc96c5795;
      low ^= 0xd7870f42;
    }
  }
  HIGH[byte] = high;
  LOW[byte] = low;
}

export class Crc64 {
  #high = -1;
  #low = -1;

  add(bytes: Uint8Array): void {
    for (const byte of bytes) {
      const at = (this.#low ^ byte) & 0xff;
      this.#low = ((this.#low >>> 8) | (this.#high << 24)) ^ (LOW[at] ?? 0);
      this.#high = (this.#high >>> 8) ^ (HIGH[at] ?? 0);
    }
  }

  value = (): Long => new Long(~this.#low, ~this.#high);
}
