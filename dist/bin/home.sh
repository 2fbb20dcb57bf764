# Where an installed Regent keeps what it runs. To be sourced after `home` is set; sets CLASSPATH and `jsa`, and makes the
# archive of classes when it is missing and may be written.
. "$home/bin/lib/jvm.sh"
CLASSPATH=
for _jar in "$home"/lib/*.jar; do
    CLASSPATH=$CLASSPATH${CLASSPATH:+:}$_jar
done
export CLASSPATH
jsa=/var/cache/regent/regent.jsa
if [ ! -e "$jsa" ]; then
    jsa=$home/lib/regent.jsa
    if [ ! -e "$jsa" ] && [ -w "$home/lib" ]; then
        regent_archive "$jsa"
    fi
fi
