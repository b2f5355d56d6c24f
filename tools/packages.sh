# Sourced by run and test: what the build needs, and how to get it on Debian and its children.

# have_all PROGRAM... -- PKGCONFIG_NAME...
have_all() {
    local missing=0
    while [ $# -gt 0 ] && [ "$1" != "--" ]; do
        command -v "$1" >/dev/null 2>&1 || missing=1
        shift
    done
    shift || true
    for name in "$@"; do
        pkg-config --exists "$name" 2>/dev/null || missing=1
    done
    return $missing
}

# install_packages PACKAGE...: says what it does first.
install_packages() {
    local as_root=()
    if [ "$(id -u)" != 0 ]; then
        command -v sudo >/dev/null 2>&1 && as_root=(sudo)
    fi
    if ! command -v apt-get >/dev/null 2>&1 || { [ "$(id -u)" != 0 ] && [ ${#as_root[@]} = 0 ]; }; then
        echo "Please install what these Debian packages hold, then try again:" >&2
        echo "  $*" >&2
        return 1
    fi
    echo "Installing with apt-get: $*" >&2
    "${as_root[@]}" env DEBIAN_FRONTEND=noninteractive apt-get install -y -qq "$@" >/dev/null 2>&1 ||
        { "${as_root[@]}" apt-get update -qq >&2 &&
          "${as_root[@]}" env DEBIAN_FRONTEND=noninteractive apt-get install -y -qq "$@" >/dev/null; }
}

BUILD_PACKAGES="gcc libc6-dev meson ninja-build pkg-config libjansson-dev libpng-dev \
libturbojpeg0-dev libarchive-dev libdeflate-dev libcurl4-gnutls-dev libgnutls28-dev libcairo2-dev libmicrohttpd-dev \
libwslay-dev libjs-dygraphs libjs-katex"

need_to_build() {
    have_all cc meson ninja pkg-config -- \
        jansson libpng libturbojpeg libarchive libdeflate libcurl gnutls cairo libmicrohttpd &&
        [ -e /usr/include/wslay/wslay.h ] && [ -e /usr/share/javascript/katex/katex.mjs ] &&
        [ -e /usr/share/javascript/dygraphs/dygraph.min.js ] ||
        install_packages $BUILD_PACKAGES
}
