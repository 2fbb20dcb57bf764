# How Regent's programs are run. To be sourced.
#
#   regent_java               prints the java program to run them with
#   regent_run JSA MAIN ARG…  runs a program, whose classes are on CLASSPATH, with a small footprint next to a database:
#                             little heap, small stacks, few threads; without memory it must not limp on
#   regent_archive JSA        makes the archive of classes with which the JVM starts in half the time

regent_fail() {
    echo "${0##*/}: $*" >&2
    exit 1
}

regent_java() {
    if [ -n "${JAVA_HOME:-}" ] && [ -x "$JAVA_HOME/bin/java" ]; then
        echo "$JAVA_HOME/bin/java"
    else
        command -v java || regent_fail "expected java 17 or later on the PATH or in JAVA_HOME, found none: install a JRE"
    fi
}

regent_run() {
    _jsa=$1
    _main=$2
    shift 2
    _java=$(regent_java)
    case $_main in
        # An agent lives for months: memory goes back to the system, and the heap stays as small as what is in use
        *.Regent) set -- -Xms8m -Xmx96m -XX:MinHeapFreeRatio=10 -XX:MaxHeapFreeRatio=20 -XX:+ExitOnOutOfMemoryError "$_main" "$@" ;;
        *) set -- -Xms16m -Xmx128m -Djdk.console=java.base "$_main" "$@" ;;
    esac
    # A JVM never hears a signal that it was started to ignore, as nohup has it with SIGHUP
    _hearing=
    ! env --default-signal=HUP true 2>/dev/null || _hearing="env --default-signal=HUP"
    # One arena for malloc: each thread would get its own otherwise, of which little comes back
    MALLOC_ARENA_MAX=${MALLOC_ARENA_MAX:-1} exec $_hearing "$_java" -XX:+UseSerialGC -XX:TieredStopAtLevel=1 -Xshare:auto \
        -Xlog:disable -Xlog:all=error:stderr -XX:SharedArchiveFile="$_jsa" -Xss512k -XX:-UsePerfData \
        -XX:MaxMetaspaceSize=96m -XX:ReservedCodeCacheSize=32m \
        -Dio.netty.allocator.type=unpooled -Dio.netty.eventLoopThreads=1 ${REGENT_JAVA_OPTIONS:-} "$@"
}

# What a short run loads, and all of that is in one file for the JVM to map. Libraries for old versions of Java are only in an
# archive that is made in two steps; objects are only in one that is made with this collector, and are good for others.
regent_archive() {
    rm -f "$1"
    _classes=$1.classes
    "$(regent_java)" -XX:+UseSerialGC -Xlog:disable -XX:DumpLoadedClassList="$_classes" \
        dev.regent.ctl.Rehearsal >/dev/null 2>&1 || true
    "$(regent_java)" -XX:+UseG1GC -Xshare:dump -Xlog:disable -XX:SharedClassListFile="$_classes" \
        -XX:SharedArchiveFile="$1.new" >/dev/null 2>&1 && mv "$1.new" "$1" || true
    rm -f "$_classes" "$1.new"
}
