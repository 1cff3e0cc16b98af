import { createPublicKey, generateKeyPairSync } from "node:crypto";
import { describe, expect, test } from "vitest";
import { openNote, signNote, verifierKey } from "../src/signed-note.ts";

const { privateKey, publicKey } = generateKeyPairSync("ed25519");
const text = "guard ledger\n3\nAAAA\n";

describe("a signed note", () => {
  test("opens with its name and key", () => {
    const note = signNote(text, "guard", privateKey, publicKey);
    expect(note).toMatch(/^guard ledger\n3\nAAAA\n\n— guard [A-Za-z0-9+/=]+\n$/);
    expect(openNote(note, "guard", publicKey)).toBe(text);
  });

  test("a note that another tool has signed opens: the example of Go's sumdb/note", () => {
    const key = "PeterNeumann+c74f20a3+ARpc2QcUPDhMQegwxbzhKqiBfsVkmqq/LDE4izWy10TW";
    const spki = Buffer.concat([
      Buffer.from("302a300506032b6570032100", "hex"),
      Buffer.from(key.split("+").slice(2).join("+"), "base64").subarray(1),
    ]);
    const known = createPublicKey({ key: spki, format: "der", type: "spki" });
    const note =
      "If you think cryptography is the answer to your problem,\n" +
      "then you don't know what your problem is.\n\n" +
      "— PeterNeumann x08go/ZJkuBS9UG/SffcvIAQxVBtiFupLLr8pAcElZInNIuGUgYN1FFYC2pZSNXgKvqfqdngotpRZb6KE6RyyBwJnAM=\n";
    expect(openNote(note, "PeterNeumann", known)).toMatch(/^If you think/);
    expect(verifierKey("PeterNeumann", known)).toBe(key);
  });

  test.for([
    ["another text", (note: string) => note.replace("3", "4")],
    ["another name", (note: string) => note.replace("— guard", "— other")],
    ["no signature", (note: string) => note.slice(0, note.indexOf("—"))],
    ["a cut signature", (note: string) => note.slice(0, -8)],
    ["nothing", () => ""],
  ] as const)("with %s it does not open", ([, change]) => {
    const note = change(signNote(text, "guard", privateKey, publicKey));
    expect(openNote(note, "guard", publicKey)).toBeUndefined();
  });

  test("another key does not open it", () => {
    const other = generateKeyPairSync("ed25519");
    expect(
      openNote(signNote(text, "guard", privateKey, publicKey), "guard", other.publicKey),
    ).toBeUndefined();
  });
});
