package pg

import (
	"context"
	"encoding/json"
	"errors"
	"fmt"
	"os"
	"os/exec"
	"os/signal"
	"path/filepath"
	"runtime"
	"syscall"
	"time"

	"suanpan/internal/fault"
)

// keeperEnv turns this program into the keeper of a data folder. It is an environment variable and not a command, so that a
// test's binary can be one too.
const keeperEnv = "SUANPAN_PG_KEEPER"

const (
	leaseEvery   = 200 * time.Millisecond
	leaseLinger  = time.Second // commands often follow one another; a stop and a start between them would cost more
	restartLimit = 5           // in a minute; a server that dies more often has something that a restart does not heal
)

// keeperOrder is the value of keeperEnv.
type keeperOrder struct {
	Dir      string   `json:"dir"`
	Settings []string `json:"settings"`
}

// keeperAnswer is what the keeper tells its starter, once.
type keeperAnswer struct {
	OK    bool         `json:"ok"`
	Fault *fault.Fault `json:"fault,omitempty"`
	Cause string       `json:"cause,omitempty"`
}

// MaybeKeeper must be the first call of a program that uses StartEmbedded. In a process started as a keeper it never returns.
//
// The keeper is this program a second time, detached, with PostgreSQL as its child: it outlives the command that started it, brings
// a killed server back and stops it cleanly about a second after the last lease is gone.
func MaybeKeeper() {
	v := os.Getenv(keeperEnv)
	if v == "" {
		return
	}
	_ = os.Unsetenv(keeperEnv)
	runtime.LockOSThread() // the kernel ties "tell the child when I die" to the thread that forked
	answer := os.NewFile(3, "answer")
	syscall.CloseOnExec(3)
	var order keeperOrder
	err := json.Unmarshal([]byte(v), &order)
	if err == nil {
		err = keep(order, func() { tell(answer, nil) })
	}
	if err != nil {
		fmt.Fprintln(os.Stderr, time.Now().UTC().Format(time.RFC3339), "keeper:", err)
		tell(answer, err)
		os.Exit(1)
	}
	os.Exit(0)
}

func tell(answer *os.File, err error) {
	a := keeperAnswer{OK: err == nil}
	if err != nil {
		a.Cause = err.Error()
		if fs := fault.All(err); len(fs) > 0 {
			f := *fs[0]
			if f.Cause != nil {
				a.Cause = f.Cause.Error()
			}
			f.Cause = nil
			a.Fault = &f
		}
	}
	_ = json.NewEncoder(answer).Encode(a)
	_ = answer.Close()
}

// spawnKeeper starts the keeper of a folder and waits until the server is ready or cannot be.
func spawnKeeper(ctx context.Context, dir string, settings []string) error {
	order, err := json.Marshal(keeperOrder{dir, settings})
	if err != nil {
		return err
	}
	r, w, err := os.Pipe()
	if err != nil {
		return err
	}
	defer func() { _ = r.Close() }()
	log, err := os.OpenFile(filepath.Join(dir, fileLog), os.O_WRONLY|os.O_CREATE|os.O_APPEND, 0o600)
	if err != nil {
		_ = w.Close()
		return folderFault(dir, err)
	}
	cmd := exec.Command(self())
	cmd.Args = []string{"suanpan", "pg-keeper", dir} // for those who look at the processes
	cmd.Env = append(os.Environ(), keeperEnv+"="+string(order))
	cmd.Dir = "/"
	cmd.Stdout, cmd.Stderr = log, log
	cmd.ExtraFiles = []*os.File{w}
	cmd.SysProcAttr = &syscall.SysProcAttr{Setsid: true}
	err = cmd.Start()
	_ = log.Close()
	_ = w.Close()
	if err != nil {
		return startFault(dir, err)
	}
	go func() { _ = cmd.Wait() }() // no zombie, should it end before us
	stop := context.AfterFunc(ctx, func() { _ = r.SetReadDeadline(time.Unix(1, 0)) })
	defer stop()
	var a keeperAnswer
	if err := json.NewDecoder(r).Decode(&a); err != nil {
		return startFault(dir, fmt.Errorf("the keeper did not answer: %w", err))
	}
	switch {
	case a.OK:
		return nil
	case a.Fault != nil:
		return a.Fault.Wrap(errors.New(a.Cause))
	}
	return startFault(dir, errors.New(a.Cause))
}

// keep is the keeper's whole life.
func keep(order keeperOrder, ready func()) error {
	ctx, cancel := context.WithTimeout(context.Background(), startLimit)
	defer cancel()
	short, cancelShort := context.WithTimeout(ctx, 2*time.Second) // a command's look at the lock lasts microseconds
	defer cancelShort()
	mine, err := lockFile(short, filepath.Join(order.Dir, fileKeeper), syscall.LOCK_EX)
	if err != nil {
		return errors.New("another keeper holds the folder")
	}
	defer func() { _ = mine.Close() }()
	signals := make(chan os.Signal, 1)
	signal.Notify(signals, syscall.SIGTERM, syscall.SIGINT)
	signal.Ignore(syscall.SIGHUP, syscall.SIGPIPE)

	before, _ := readServer(order.Dir) // after a kill: its port is the one that living commands know
	_ = os.Remove(filepath.Join(order.Dir, fileServer))
	s, err := prepare(order)
	if err != nil {
		return err
	}
	if err := s.start(ctx, before.Port); err != nil {
		return err
	}
	ready()
	return s.stay(signals)
}

// stay watches leases and the child until nobody needs the server any more.
func (s *postgres) stay(signals <-chan os.Signal) error {
	lease, err := os.OpenFile(filepath.Join(s.dir, fileLease), os.O_RDWR|os.O_CREATE, 0o600)
	if err != nil {
		return errors.Join(err, s.shutdown())
	}
	defer func() { _ = lease.Close() }()
	tick := time.NewTicker(leaseEvery)
	defer tick.Stop()
	var idle time.Duration
	var restarts []time.Time
	for {
		select {
		case <-signals:
			return s.shutdown()
		case <-s.ended:
			restarts = append(restarts, time.Now())
			if n := len(restarts); n > restartLimit && time.Since(restarts[n-1-restartLimit]) < time.Minute {
				return errors.New("postgres ended again and again; see the log")
			}
			ctx, cancel := context.WithTimeout(context.Background(), startLimit)
			err := s.start(ctx, s.port)
			cancel()
			if err != nil {
				return err
			}
		case <-tick.C:
			if syscall.Flock(int(lease.Fd()), syscall.LOCK_EX|syscall.LOCK_NB) != nil {
				idle = 0
				continue
			}
			if idle += leaseEvery; idle > leaseLinger {
				// The lock stays ours until the process ends: who wants to join waits, and then starts anew.
				return s.shutdown()
			}
			_ = syscall.Flock(int(lease.Fd()), syscall.LOCK_UN)
		}
	}
}
