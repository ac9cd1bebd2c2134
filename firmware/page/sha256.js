// SPDX-License-Identifier: MIT
// SHA-256 and HMAC. A page that comes over plain HTTP has no crypto.subtle.
"use strict";

const SHA_ROUNDS = 64;
const SHA_BLOCK = 64;

// The first 32 bits of the fractional parts of a root of the first primes.
function primeRoots(count, root) {
  const found = [];
  for (let n = 2; found.length < count; n++) {
    let prime = true;
    for (let i = 2; i * i <= n; i++) if (n % i === 0) prime = false;
    if (prime) found.push((n ** (1 / root) % 1 * 2 ** 32) | 0);
  }
  return found;
}

const rotated = (x, n) => x >>> n | x << 32 - n;

function sha256(bytes) {
  const k = primeRoots(SHA_ROUNDS, 3), state = primeRoots(8, 2), w = new Int32Array(SHA_ROUNDS);
  const size = (bytes.length + 9 + SHA_BLOCK - 1) & -SHA_BLOCK;
  const padded = new Uint8Array(size), view = new DataView(padded.buffer);
  padded.set(bytes);
  padded[bytes.length] = 0x80;
  view.setUint32(size - 4, bytes.length * 8);
  for (let at = 0; at < size; at += SHA_BLOCK) {
    for (let i = 0; i < 16; i++) w[i] = view.getInt32(at + 4 * i);
    for (let i = 16; i < SHA_ROUNDS; i++) {
      const a = w[i - 15], b = w[i - 2];
      w[i] = w[i - 16] + w[i - 7] + (rotated(a, 7) ^ rotated(a, 18) ^ a >>> 3) + (rotated(b, 17) ^ rotated(b, 19) ^ b >>> 10);
    }
    shaBlock(state, w, k);
  }
  const out = new DataView(new ArrayBuffer(32));
  state.forEach((value, i) => out.setInt32(4 * i, value));
  return new Uint8Array(out.buffer);
}

function shaBlock(state, w, k) {
  let [a, b, c, d, e, f, g, last] = state;
  for (let i = 0; i < SHA_ROUNDS; i++) {
    const one = last + (rotated(e, 6) ^ rotated(e, 11) ^ rotated(e, 25)) + (e & f ^ ~e & g) + k[i] + w[i] | 0;
    const two = (rotated(a, 2) ^ rotated(a, 13) ^ rotated(a, 22)) + (a & b ^ a & c ^ b & c) | 0;
    [a, b, c, d, e, f, g, last] = [one + two | 0, a, b, c, d + one | 0, e, f, g];
  }
  [a, b, c, d, e, f, g, last].forEach((value, i) => { state[i] = state[i] + value | 0; });
}

// key: at most 64 bytes.
function hmac(key, bytes) {
  const mask = value => Uint8Array.from({ length: SHA_BLOCK }, (_, i) => (key[i] || 0) ^ value);
  return sha256(joined(mask(0x5c), sha256(joined(mask(0x36), bytes))));
}

const joined = (a, b) => Uint8Array.from([...a, ...b]);
const ofText = text => new TextEncoder().encode(text);
const ofHex = hex => Uint8Array.from(hex.match(/../g) || [], pair => parseInt(pair, 16));
const toHex = bytes => [...bytes].map(value => value.toString(16).padStart(2, "0")).join("");
