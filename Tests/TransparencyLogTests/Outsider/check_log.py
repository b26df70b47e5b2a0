"""Checks a tile log with the PyPI package aics-tlog alone.

Usage: check_log.py log FOLDER VERIFIER-KEY OLD-SIZE INDEX...
       check_log.py pruned FOLDER VERIFIER-KEY OLD-SIZE MINIMUM-INDEX
       check_log.py proof FILE VERIFIER-KEY LEAF-FILE
"""

import base64
import pathlib
import sys

import aics_tlog


def signed_checkpoint(text, key):
    key = aics_tlog.parse_vkey(key)
    result = aics_tlog.verify_checkpoint(aics_tlog.parse_note(text), key, expected_origin=key.name)
    if not result.ok:
        raise SystemExit("checkpoint: refused")
    return result


def check_log(folder, key, old_size, *indexes):
    text = (pathlib.Path(folder) / "checkpoint").read_bytes().decode()
    checkpoint = signed_checkpoint(text, key)
    reader = aics_tlog.FileSystemTileReader(folder)
    report = aics_tlog.audit_tiles(reader, checkpoint.size, checkpoint.root)
    verified = aics_tlog.VerifiedTileReader(reader, checkpoint.size, checkpoint.root)
    old_size = int(old_size)
    old_root = aics_tlog.tree_root_from_tiles(verified, old_size, checkpoint.size)
    growth = aics_tlog.consistency_proof_from_tiles(verified, old_size, checkpoint.size)
    if not aics_tlog.verify_consistency(old_size, checkpoint.size, old_root, checkpoint.root, growth):
        raise SystemExit("consistency: refused")
    for index in map(int, indexes):
        entry = verified.entry(index)
        path = aics_tlog.inclusion_proof_from_tiles(verified, index, checkpoint.size)
        if not aics_tlog.verify_leaf_inclusion(entry, index, checkpoint.size, path, checkpoint.root):
            raise SystemExit("inclusion: refused")
    print("sound", report.size, report.tiles, report.bundles)


def check_pruned(folder, key, old_size, minimum):
    """A log whose bundles below an index are gone: its hashes are not, and every later entry is there."""
    text = (pathlib.Path(folder) / "checkpoint").read_bytes().decode()
    checkpoint = signed_checkpoint(text, key)
    reader = aics_tlog.FileSystemTileReader(folder)
    verified = aics_tlog.VerifiedTileReader(reader, checkpoint.size, checkpoint.root)
    old_size, minimum = int(old_size), int(minimum)
    old_root = aics_tlog.tree_root_from_tiles(verified, old_size, checkpoint.size)
    growth = aics_tlog.consistency_proof_from_tiles(verified, old_size, checkpoint.size)
    if not aics_tlog.verify_consistency(old_size, checkpoint.size, old_root, checkpoint.root, growth):
        raise SystemExit("consistency: refused")
    for index in range(minimum, checkpoint.size):
        entry = verified.entry(index)
        path = aics_tlog.inclusion_proof_from_tiles(verified, index, checkpoint.size)
        if not aics_tlog.verify_leaf_inclusion(entry, index, checkpoint.size, path, checkpoint.root):
            raise SystemExit("inclusion: refused")
    print("sound", checkpoint.size, checkpoint.size - minimum)


def check_proof(file, key, leaf):
    lines, note = pathlib.Path(file).read_bytes().decode().split("\n\n", 1)
    lines = lines.split("\n")
    if lines.pop(0) != "c2sp.org/tlog-proof@v1":
        raise SystemExit("proof: not one")
    if lines[0].startswith("extra "):
        lines.pop(0)
    index = int(lines.pop(0).removeprefix("index "))
    checkpoint = signed_checkpoint(note, key)
    path = [base64.b64decode(line, validate=True) for line in lines]
    entry = pathlib.Path(leaf).read_bytes()
    if not aics_tlog.verify_leaf_inclusion(entry, index, checkpoint.size, path, checkpoint.root):
        raise SystemExit("inclusion: refused")
    print("sound", checkpoint.size)


{"log": check_log, "pruned": check_pruned, "proof": check_proof}[sys.argv[1]](*sys.argv[2:])
