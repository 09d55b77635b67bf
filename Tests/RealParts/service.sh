# shellcheck shell=bash
# Sourced by the parts: starts servers in the background, waits until they answer, stops them by their process id.
# A server's id stands in DIR/NAME.pid, what it says in DIR/NAME.log.

# Where servers are, also for a user whose PATH does not say so.
PATH=$PATH:/usr/sbin:/sbin

# launch DIR NAME COMMAND…
launch() {
  local dir=$1 name=$2
  shift 2
  setsid "$@" >"$dir/$name.log" 2>&1 </dev/null &
  echo $! >"$dir/$name.pid"
}

# running PID: whether it still works; one that has ended but that nobody has waited for does not.
running() {
  local stat
  stat=$(cat "/proc/$1/stat" 2>/dev/null) && [[ $stat != *') Z '* ]]
}

# until_ready DIR NAME COMMAND…: returns once COMMAND succeeds; fails when the server ends or 60 s are over.
until_ready() {
  local dir=$1 name=$2 pid
  shift 2
  pid=$(<"$dir/$name.pid")
  for ((try = 0; try < 1200; try++)); do
    # Another one may answer at its address.
    running "$pid" || break
    if "$@" >/dev/null 2>&1; then return 0; fi
    sleep 0.05
  done
  echo "$name did not start; it said:" >&2
  tail -n 20 "$dir/$name.log" >&2
  return 1
}

# halt DIR NAME…: each server ends, at the latest after 10 s; one that is not there is no error.
halt() {
  local dir=$1 name pid
  shift
  for name in "$@"; do
    [ -f "$dir/$name.pid" ] || continue
    pid=$(<"$dir/$name.pid")
    kill "$pid" 2>/dev/null || true
    for ((try = 0; try < 200; try++)); do
      running "$pid" || break
      sleep 0.05
    done
    kill -KILL "$pid" 2>/dev/null || true
    rm -f "$dir/$name.pid"
  done
}

# free_port: a TCP port of 127.0.0.1 that nobody listens on, and that the system gives nobody who asks for any.
free_port() {
  /usr/bin/python3 -c '
import random, socket
while True:
    port = random.randrange(20000, 32000)
    with socket.socket() as candidate:
        try: candidate.bind(("127.0.0.1", port))
        except OSError: continue
    print(port)
    break'
}
