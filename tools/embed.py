#!/usr/bin/env python3
"""embed.py ROOT OUT.S OUT.c FILE...: the page's files as bytes in the program.

Each becomes an .incbin; the table names it by its path below ROOT, or, for a file of a library
given as NAME=PATH, by NAME.
"""
import pathlib
import sys

root, assembly, table = sys.argv[1:4]
TYPES = {".html": "text/html; charset=utf-8", ".js": "text/javascript; charset=utf-8",
         ".mjs": "text/javascript; charset=utf-8", ".css": "text/css; charset=utf-8",
         ".svg": "image/svg+xml", ".png": "image/png", ".woff2": "font/woff2"}
files = []
for word in sys.argv[4:]:
    name, equals, path = word.partition("=")
    path = pathlib.Path(path if equals else word).resolve()
    files.append((name if equals else path.relative_to(pathlib.Path(root).resolve()).as_posix(), path))
with open(assembly, "w", encoding="utf-8") as out:
    out.write('    .section .rodata\n')
    for i, (_, path) in enumerate(files):
        out.write(f'    .global asset_{i}, asset_{i}_end\n    .balign 16\nasset_{i}:\n'
                  f'    .incbin "{path}"\nasset_{i}_end:\n    .byte 0\n')
    out.write('    .section .note.GNU-stack,"",%progbits\n')
with open(table, "w", encoding="utf-8") as out:
    out.write('/* Made by tools/embed.py. */\n#include "studio/assets.h"\n\n')
    for i in range(len(files)):
        out.write(f'extern const char asset_{i}[], asset_{i}_end[];\n')
    out.write('\nconst asset assets[] = {\n')
    for i, (name, path) in enumerate(files):
        out.write(f'    {{"{name}", "{TYPES[path.suffix]}", asset_{i}, asset_{i}_end}},\n')
    out.write('    {0},\n};\n')
