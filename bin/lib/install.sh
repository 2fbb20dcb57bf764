# Installs what a program needs from the distribution's packages. To be sourced after `root` is set to the checkout.
#
#   regent_need PACKAGE COMMAND...   installs the Debian package unless every command is there already

# Some are for administrators, whom Debian takes an ordinary user not to be: haproxy, ip
PATH=$PATH:/usr/sbin:/sbin
export PATH

regent_need() {
    _package=$1
    shift
    for _command in "$@"; do
        if ! _is_installed "$_command"; then
            _install "$_package" "$_command"
        fi
    done
}

# PostgreSQL's programs are not on the PATH where Debian puts them.
_is_installed() {
    command -v "$1" >/dev/null 2>&1 || ls /usr/lib/postgresql/*/bin/"$1" >/dev/null 2>&1 \
        || { [ -n "${REGENT_POSTGRES_BIN:-}" ] && [ -x "$REGENT_POSTGRES_BIN/$1" ]; }
}

_install() {
    if ! command -v apt-get >/dev/null 2>&1; then
        _give_up "$1" "$2" "install the package that has it"
    fi
    if [ "$(id -u)" -eq 0 ]; then
        _as_root=
    elif command -v sudo >/dev/null 2>&1 && sudo -n true 2>/dev/null; then
        _as_root=sudo
    else
        _give_up "$1" "$2" "run as root: apt-get update && apt-get install -y $1"
    fi
    echo "${0##*/}: installing the package $1, which has $2" >&2
    _without_services apt-get -qq update
    _without_services apt-get -qq install -y --no-install-recommends "$1"
    _is_installed "$2" || _give_up "$1" "$2" "the package was installed and does not have it"
}

# The packages would start servers of their own on the usual ports, which nobody has asked for.
_without_services() {
    _policy=/usr/sbin/policy-rc.d
    if [ -e "$_policy" ]; then
        $_as_root env DEBIAN_FRONTEND=noninteractive "$@" >&2
    else
        printf '#!/bin/sh\nexit 101\n' | $_as_root tee "$_policy" >/dev/null
        $_as_root chmod a+x "$_policy"
        _status=0
        $_as_root env DEBIAN_FRONTEND=noninteractive "$@" >&2 || _status=$?
        $_as_root rm -f "$_policy"
        return "$_status"
    fi
}

_give_up() {
    echo "${0##*/}: expected the command $2 (Debian package $1), found none: $3" >&2
    exit 1
}

# The last Consul that Debian has shipped is in the suite bullseye; its one program runs on later releases as well.
regent_need_consul() {
    if command -v consul >/dev/null 2>&1; then
        return
    fi
    if [ "$(id -u)" -ne 0 ] || ! command -v apt-get >/dev/null 2>&1; then
        _give_up consul consul "install Consul, or run this once as root on Debian"
    fi
    echo "${0##*/}: installing the program consul into /usr/local/bin" >&2
    _scratch=$(mktemp -d)
    mkdir -p "$_scratch/lists/partial" "$_scratch/cache/archives/partial"
    # The mirror that this machine uses already.
    _mirror=$(apt-get indextargets --format '$(REPO_URI)' 'Created-By: Packages' 'Component: main' | grep -v security | head -n 1)
    echo "deb [signed-by=/usr/share/keyrings/debian-archive-keyring.gpg] ${_mirror:?apt names no mirror} bullseye main" \
        >"$_scratch/sources.list"
    (
        cd "$_scratch"
        set -- -qq -o Dir::Etc::sourcelist="$_scratch/sources.list" -o Dir::Etc::sourceparts=/dev/null \
            -o Dir::State::lists="$_scratch/lists" -o Dir::Cache="$_scratch/cache" -o APT::Sandbox::User=root
        apt-get "$@" update
        apt-get "$@" download consul
        dpkg -x consul_*.deb unpacked
        install -m 755 unpacked/usr/bin/consul /usr/local/bin/consul
    ) >&2
    rm -rf "$_scratch"
    command -v consul >/dev/null 2>&1 || _give_up consul consul "the download has failed, see above"
}
