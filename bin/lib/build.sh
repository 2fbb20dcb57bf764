# Runs Regent's programs from a checkout. To be sourced by the scripts in bin/, after `root` is set to the checkout.
#
#   regent_classpath MODULE   sets CLASSPATH for the programs of ha-agent or ha-examples; builds if that is needed
#
# and all of jvm.sh.

. "$root/bin/lib/jvm.sh"

regent_classpath() {
    _module=$1
    _target=$root/$_module/target
    _stamp=$_target/built
    if _is_stale; then
        if [ -w "$root/$_module" ] && { [ ! -e "$_target" ] || [ -w "$_target" ]; }; then
            _build_once
        elif [ -e "$_stamp" ]; then
            echo "${0##*/}: sources are newer than the build, which $(id -un) may not replace: running the old build" >&2
        else
            regent_fail "$root is not built and $(id -un) may not write to it: run bin/build as its owner first"
        fi
    fi
    _set_classpath
}

_set_classpath() {
    # The newest, because a change of version leaves the jar of the old one behind.
    CLASSPATH=$(ls -t "$_target/$_module"-*.jar | head -n 1)
    for _jar in "$_target"/lib/*.jar; do
        CLASSPATH=$CLASSPATH:$_jar
    done
    export CLASSPATH
}

# Whether a source of the module, or of one that it may depend on, is newer than its build.
_is_stale() {
    [ ! -e "$_stamp" ] || [ ! -d "$_target/lib" ] \
        || find "$root"/pom.xml "$root"/ha-*/pom.xml "$root"/ha-*/src/main -newer "$_stamp" -print \
            | grep -v "$(_others)" | grep -q .
}

_others() {
    case $_module in
        ha-agent) echo "^$root/ha-\(examples\|testkit\)/" ;;
        *) echo "^$" ;;
    esac
}

# Several programs may be started at once; one builds and the others wait for it.
_build_once() {
    if command -v flock >/dev/null; then
        exec 9<"$root/pom.xml"
        flock 9
        ! _is_stale || _build
        exec 9<&-
    else
        _build
    fi
}

_build() {
    echo "${0##*/}: building Regent, which takes a minute the first time" >&2
    mkdir -p "$_target"
    _began=$(mktemp "$_stamp.XXXXXX")
    chmod a+r "$_began"
    _said=$(mktemp)
    if ! _mvn -q -B -Dstyle.color=never -f "$root/pom.xml" -pl "$_module" -am -Dmaven.test.skip=true package >"$_said" 2>&1; then
        cat "$_said" >&2
        rm -f "$_began" "$_said"
        regent_fail "the build failed, see above"
    fi
    rm -f "$_said"
    _archive
    # Dated at the beginning, so that a source saved during the build counts as newer.
    mv "$_began" "$_stamp"
}

_archive() {
    [ "$_module" = ha-agent ] || return 0
    _set_classpath
    regent_archive "$_target/regent.jsa"
}

_mvn() {
    if command -v mvn >/dev/null; then
        mvn "$@"
    else
        "$root/mvnw" "$@"
    fi
}
