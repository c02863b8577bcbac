#!/bin/sh
# Nothing is built here: hashkit has to be installed.
if ! command -v hashkit >/dev/null; then
    echo "hashkit is not installed: see its README" >&2
    echo 2 >~/install-exit-status
    exit
fi
cat >hashkit-bench <<'SCRIPT'
#!/bin/sh
hashkit bench --quick --device cpu --no-progress --output json "$@" >"$LOG_FILE"
echo $? >~/test-exit-status
SCRIPT
chmod +x hashkit-bench
echo 0 >~/install-exit-status
