// The shell: top bar, rail, router, keys, help.
