# Kills the PostgreSQL server on the data directory $1 when nobody has said in time that it may live on.
# Each line of input is the time until which it may, in hundredths of a second since the system was booted, or "-"
# when it may live on for ever. The end of the input is no reason to kill: the last word counts.

trap '' HUP INT TERM PIPE
directory=$1
deadline=
fed=yes
begun=
exec {idle}<> <(:)

# Sets $left to the hundredths of a second until the deadline, 100 at most, so that a clock that is set is noticed
look_at_clock() {
    left=100
    [[ -z $deadline ]] && return
    read -r up _ < /proc/uptime
    up=${up/./}
    left=$((deadline - 10#$up))
    ((left > 100)) && left=100
}

is_server() {
    [[ $1/cwd -ef $directory ]] || return 1
    read -r name 2> /dev/null < "$1/comm" || return 1
    [[ $name == postgres || $name == postmaster ]]
}

# The first process goes first, because it would start others anew
kill_server() {
    read -r pid 2> /dev/null < "$directory/postmaster.pid" &&
        [[ $pid =~ ^[0-9]+$ ]] && is_server "/proc/$pid" && kill -KILL "$pid" 2> /dev/null
    for ((attempt = 0; attempt < 1000; attempt++)); do
        found=
        for process in /proc/[0-9]*; do
            if is_server "$process"; then
                found=yes
                kill -KILL "${process#/proc/}" 2> /dev/null
            fi
        done
        [[ -z $found ]] && return
        read -r -t 0.02 -u "$idle"
    done
}

while :; do
    look_at_clock
    if ((left <= 0)); then
        kill_server
        deadline=
        continue
    fi
    printf -v pause '%d.%02d' $((left / 100)) $((left % 100))
    if [[ -n $fed ]]; then
        IFS= read -r -t "$pause" line
        status=$?
        # The time to look at the clock may come in the middle of a line; the rest of it alone would be a time long past
        begun+=$line
        if ((status == 0)); then
            deadline=${begun#-}
            begun=
        elif ((status <= 128)); then
            fed=
        fi
    elif [[ -z $deadline ]]; then
        exit 0
    else
        read -r -t "$pause" -u "$idle"
    fi
done
