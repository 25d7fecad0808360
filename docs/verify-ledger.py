#!/usr/bin/env python3
"""Checks an exported ledger without Kumiai: verify-ledger.py ENTRIES.ndjson KEYS.pem

Standard library and the openssl program. Tells where the chain ends, or what is wrong with it."""
import base64, hashlib, json, subprocess, sys, tempfile

known = {"".join(block.split("-----END")[0].split())
         for block in open(sys.argv[2]).read().split("-----BEGIN PUBLIC KEY-----")[1:]}


def genuine(body):
    with tempfile.NamedTemporaryFile() as key, tempfile.NamedTemporaryFile() as text, tempfile.NamedTemporaryFile() as sig:
        for file, content in (key, base64.b64decode(body["key"])), (text, ("kumiai-ledger-1 " + body["hash"]).encode()), \
                (sig, base64.b64decode(body["signature"])):
            file.write(content)
            file.flush()
        return subprocess.run(["openssl", "pkeyutl", "-verify", "-pubin", "-keyform", "DER", "-inkey", key.name, "-rawin",
                               "-in", text.name, "-sigfile", sig.name], capture_output=True).returncode == 0


number, previous, signed = 0, "sha256:" + "0" * 64, 0
for line in open(sys.argv[1]):
    entry = json.loads(line)
    fields = ["kumiai-ledger-1", entry["chain"], str(entry["number"]), entry["at"], entry["type"], entry["body"], entry["previous"]]
    encoded = b"".join(b"%d:%s," % (len(field), field) for field in (text.encode() for text in fields))
    if entry["number"] != number + 1 or entry["previous"] != previous:
        sys.exit(f"entry {entry['number']} does not follow entry {number}")
    if entry["hash"] != "sha256:" + hashlib.sha256(encoded).hexdigest():
        sys.exit(f"entry {entry['number']} was changed")
    if entry["type"] == "ledger.signed":
        body = json.loads(entry["body"])
        if body["key"] not in known or (body["number"], body["hash"]) != (number, previous) or not genuine(body):
            sys.exit(f"the signature in entry {entry['number']} is wrong")
        signed = number
    number, previous = entry["number"], entry["hash"]
print(f"{number} entries, signed up to {signed}, head {previous}")
