package pg

import (
	"bytes"
	"context"
	"encoding/json"
	"errors"
	"fmt"
	"net"
	"os"
	"os/exec"
	"path/filepath"
	"strconv"
	"strings"
	"syscall"
	"time"

	"github.com/jackc/pgx/v5"
)

// postgres is the server process of a data folder, in its keeper.
type postgres struct {
	dir      string
	data     string // PGDATA
	bin      string
	settings []string
	account  *account // whom to run as; nil for oneself

	port  int
	cmd   *exec.Cmd
	ended chan struct{} // closed when the process is gone
}

const attempts = 60

// start runs the server, on the wanted port if it is free, and writes down where it listens.
func (s *postgres) start(ctx context.Context, wanted int) error {
	var err error
	for try := range attempts {
		if err = s.clearOrphan(); err != nil {
			return startFault(s.dir, err)
		}
		s.port = wanted
		if wanted == 0 || try > 2 {
			if s.port, err = freePort(); err != nil {
				return err
			}
		}
		if err = s.launch(ctx); err == nil {
			break
		}
		// Three passing troubles: somebody took the port, the processes of a killed server are still leaving its shared memory,
		// or its lock file is. Anything else stays.
		var again retryError
		if !errors.As(err, &again) || ctx.Err() != nil {
			return startFault(s.dir, err)
		}
		time.Sleep(50 * time.Millisecond)
	}
	if err != nil {
		return startFault(s.dir, err)
	}
	if err := s.database(ctx); err != nil {
		return errors.Join(startFault(s.dir, err), s.shutdown())
	}
	b, err := json.Marshal(serverInfo{Port: s.port, Postgres: s.cmd.Process.Pid, Keeper: os.Getpid()})
	if err == nil {
		err = writeFile(filepath.Join(s.dir, fileServer), b)
	}
	if err != nil {
		return errors.Join(folderFault(s.dir, err), s.shutdown())
	}
	return nil
}

type retryError struct{ error }

// launch runs the server once and waits until it says that it is ready.
func (s *postgres) launch(ctx context.Context) error {
	log, err := os.OpenFile(filepath.Join(s.dir, fileLog), os.O_RDWR|os.O_CREATE|os.O_APPEND, 0o600)
	if err != nil {
		return err
	}
	defer func() { _ = log.Close() }()
	from, err := log.Seek(0, 2)
	if err != nil {
		return err
	}
	args := []string{"-D", s.data, "-p", strconv.Itoa(s.port)}
	for _, set := range append([]string{
		"listen_addresses=127.0.0.1", "unix_socket_directories=", "timezone=UTC", "log_timezone=UTC", "lc_messages=C",
		"log_destination=stderr", "logging_collector=off", "shared_buffers=256MB", "max_wal_size=4GB",
	}, s.settings...) {
		args = append(args, "-c", set)
	}
	cmd := s.command("postgres", args...)
	cmd.Stdout, cmd.Stderr = log, log
	childDiesWithParent(cmd.SysProcAttr)
	if err := cmd.Start(); err != nil {
		return err
	}
	ended := make(chan struct{})
	go func() { _ = cmd.Wait(); close(ended) }()
	s.cmd, s.ended = cmd, ended
	tick := time.NewTicker(4 * time.Millisecond)
	defer tick.Stop()
	for {
		select {
		case <-ended:
			tail := make([]byte, 16<<10)
			n, _ := log.ReadAt(tail, from)
			err := fmt.Errorf("postgres ended: %s", bytes.TrimSpace(tail[:n]))
			for _, passing := range []string{"already in use", "is still in use", "lock file"} { // lc_messages=C
				if bytes.Contains(tail[:n], []byte(passing)) {
					return retryError{err}
				}
			}
			return err
		case <-ctx.Done():
			return errors.Join(ctx.Err(), s.shutdown())
		case <-tick.C:
			if pid, status := readPidFile(s.data); pid == cmd.Process.Pid && status == "ready" {
				return nil
			}
		}
	}
}

// database makes sure that the server can be connected to and has our database.
func (s *postgres) database(ctx context.Context) error {
	u, err := urlFor(s.dir, s.port, serverDatabase)
	if err != nil {
		return err
	}
	if err = answers(ctx, u); !isState(err, "3D000") {
		return err
	}
	if u, err = urlFor(s.dir, s.port, "postgres"); err != nil {
		return err
	}
	c, err := pgx.Connect(ctx, u)
	if err != nil {
		return err
	}
	defer func() { _ = c.Close(ctx) }()
	_, err = c.Exec(ctx, `CREATE DATABASE `+serverDatabase)
	return err
}

// shutdown stops the server cleanly: connections are ended, everything is written.
func (s *postgres) shutdown() error {
	_ = os.Remove(filepath.Join(s.dir, fileServer))
	return stopProcess(s.cmd.Process.Pid, func() bool {
		select {
		case <-s.ended:
			return true
		default:
			return false
		}
	})
}

// stopProcess asks for a fast shutdown, then for an immediate one (from which PostgreSQL recovers at its next start).
func stopProcess(pid int, gone func() bool) error {
	for _, ask := range []struct {
		sig  syscall.Signal
		wait time.Duration
	}{{syscall.SIGINT, 60 * time.Second}, {syscall.SIGQUIT, 10 * time.Second}} {
		_ = syscall.Kill(pid, ask.sig)
		for end := time.Now().Add(ask.wait); time.Now().Before(end); time.Sleep(4 * time.Millisecond) {
			if gone() {
				return nil
			}
		}
	}
	return fmt.Errorf("postgres (process %d) does not stop", pid)
}

// clearOrphan stops a server that outlived its keeper and disarms a lock file whose number now belongs to another process.
func (s *postgres) clearOrphan() error {
	pid, _ := readPidFile(s.data)
	if pid <= 0 {
		return nil
	}
	if isServerOf(pid, s.data) {
		if err := stopProcess(pid, func() bool { return !isServerOf(pid, s.data) }); err != nil {
			return err
		}
	}
	if syscall.Kill(pid, 0) == syscall.ESRCH {
		return nil // PostgreSQL sees for itself that nobody is there
	}
	// The number is somebody else's now (or a zombie's). The rest of the file must stay: from it PostgreSQL learns whether children
	// of the dead server still hold its shared memory.
	path := filepath.Join(s.data, "postmaster.pid")
	b, err := os.ReadFile(path)
	if err != nil {
		return nil // it stopped by itself and took the file along
	}
	lines := strings.SplitN(string(b), "\n", 2)
	lines[0] = strconv.Itoa(1<<31 - 1) // above every kernel's highest process number
	return os.WriteFile(path, []byte(strings.Join(lines, "\n")), 0o600)
}

// readPidFile gives the process and the state ("starting", "ready", "stopping") that postmaster.pid names.
func readPidFile(data string) (pid int, status string) {
	b, err := os.ReadFile(filepath.Join(data, "postmaster.pid"))
	if err != nil {
		return 0, ""
	}
	lines := strings.Split(string(b), "\n")
	pid, _ = strconv.Atoi(strings.TrimSpace(lines[0]))
	if len(lines) > 7 {
		status = strings.TrimSpace(lines[7])
	}
	return pid, status
}

// freePort asks the kernel for a port nobody uses. Somebody may take it before the server does; start tries again then.
func freePort() (int, error) {
	l, err := net.Listen("tcp4", "127.0.0.1:0")
	if err != nil {
		return 0, err
	}
	defer func() { _ = l.Close() }()
	return l.Addr().(*net.TCPAddr).Port, nil
}
