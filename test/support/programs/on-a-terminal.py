# Runs a command on a terminal of its own, on which somebody has typed ahead. Prints what came of it as JSON.
import fcntl
import json
import os
import pty
import select
import sys
import termios

master, slave = pty.openpty()
before = termios.tcgetattr(slave)
os.write(master, b'typed ahead\n')
pid = os.fork()
if pid == 0:
    os.setsid()
    fcntl.ioctl(slave, termios.TIOCSCTTY, 0)
    for number in (0, 1, 2):
        os.dup2(slave, number)
    os.closerange(3, 64)
    os.execvp(sys.argv[1], sys.argv[1:])

printed = b''
status = None
while True:
    if select.select([master], [], [], 0.05)[0]:
        printed += os.read(master, 65536)
    elif status is not None:
        break
    if status is None:
        ended, code = os.waitpid(pid, os.WNOHANG)
        status = os.waitstatus_to_exitcode(code) if ended else None

after = termios.tcgetattr(slave)
os.set_blocking(slave, False)
try:
    left = os.read(slave, 65536)
except BlockingIOError:
    left = b''
print(json.dumps({
    'exitCode': status,
    'printed': printed.decode('utf-8', 'replace'),
    'isAsBefore': after == before,
    'leftToRead': left.decode('utf-8', 'replace'),
}))
