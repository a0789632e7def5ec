# shellcheck shell=bash
# What the scripts in this folder share: where things are, and how to say what is being done.
# To be sourced.

root=$(cd "$(dirname "${BASH_SOURCE[0]}")/.." && pwd)
cd "$root" || exit

# Versions. wasm-bindgen's is whatever Cargo.lock says, binaryen's is in tools/package.json.
cargo_leptos_version=0.3.10
# What the browser tests use of Node.js.
# shellcheck disable=SC2034 # tools/setup asks for it
node_needed=20.11.0
cargo_fuzz_version=0.13.2
wasm_bindgen_version=$(sed -n '/^name = "wasm-bindgen"$/{n;s/^version = "\(.*\)"$/\1/p;}' Cargo.lock 2>/dev/null || true)

# Command line tools that are built once for every clone of this repository, one folder a version.
tools_cache=${SIGNET_TOOLS_DIR:-${XDG_CACHE_HOME:-$HOME/.cache}/signet-tools}
cargo_leptos_root=$tools_cache/cargo-leptos-$cargo_leptos_version
cargo_fuzz_root=$tools_cache/cargo-fuzz-$cargo_fuzz_version
wasm_bindgen_root=$tools_cache/wasm-bindgen-cli-${wasm_bindgen_version:-unknown}

# Certificates and keys that others made, anew for each list of them.
# shellcheck disable=SC2034 # tools/setup fills it, tools/test reads it
foreign_files=$tools_cache/foreign-files-$(cksum <tools/foreign-files | cut -d ' ' -f 1)

# The Python that has the packages of clients which others wrote, anew for each list of them.
# shellcheck disable=SC2034 # tools/setup makes it, tools/test runs it
clients_python=$tools_cache/clients-python-$(cksum <end2end/clients/requirements.txt | cut -d ' ' -f 1)

# rustup's usual place may not be on the PATH of a non-interactive shell.
if ! command -v cargo >/dev/null && [ -x "${CARGO_HOME:-$HOME/.cargo}/bin/cargo" ]; then
  PATH=${CARGO_HOME:-$HOME/.cargo}/bin:$PATH
fi
PATH=$cargo_leptos_root/bin:$cargo_fuzz_root/bin:$wasm_bindgen_root/bin:$root/tools/node_modules/.bin:$PATH
export PATH

say() { printf '==> %s\n' "$*" >&2; }

fail() {
  printf 'error: %s\n' "$*" >&2
  exit 1
}

# Whether the standard library's source is where cargo looks for it.
has_rust_source() { [ -e "$(rustc --print sysroot)/lib/rustlib/src/rust/library/std/Cargo.toml" ]; }

# with_time_limit SECONDS COMMAND…: `timeout`, where there is one.
with_time_limit() {
  local seconds=$1
  shift
  if command -v timeout >/dev/null; then timeout --foreground "$seconds" "$@"; else "$@"; fi
}

# The newest PostgreSQL server on this machine, as the folder that holds its programs.
postgres_bin_dir() {
  local candidate
  if [ -n "${SIGNET_POSTGRES_BIN:-}" ]; then
    [ -x "$SIGNET_POSTGRES_BIN/pg_ctl" ] && printf '%s\n' "$SIGNET_POSTGRES_BIN"
    return
  fi
  # Distributions keep the server's programs off the PATH; a `postgres` that is on it need not be the server.
  for candidate in $(printf '%s\n' /usr/lib/postgresql/*/bin /usr/pgsql-*/bin | sort -rV) "$(dirname "$(command -v pg_ctl || true)")"; do
    if [ -x "$candidate/pg_ctl" ] && [ -x "$candidate/initdb" ] && [ -x "$candidate/postgres" ]; then
      printf '%s\n' "$candidate"
      return
    fi
  done
  return 1
}

# The CA certificates that the system trusts: a folder of Mozilla's where there is one, else the bundle.
ca_certificates_path() {
  local candidate
  for candidate in /usr/share/ca-certificates/mozilla /etc/ssl/certs/ca-certificates.crt /etc/pki/tls/certs/ca-bundle.crt; do
    if [ -e "$candidate" ]; then
      printf '%s\n' "$candidate"
      return
    fi
  done
  return 1
}

# Debian keeps it off the PATH of ordinary users.
nginx_path() {
  local candidate
  for candidate in nginx /usr/sbin/nginx /usr/local/sbin/nginx; do
    if command -v "$candidate"; then return; fi
  done
  return 1
}

chromium_path() {
  local candidate
  if [ -n "${CHROMIUM_PATH:-}" ]; then
    [ -x "$CHROMIUM_PATH" ] && printf '%s\n' "$CHROMIUM_PATH"
    return
  fi
  for candidate in chromium google-chrome chromium-browser; do
    if command -v "$candidate"; then return; fi
  done
  return 1
}
