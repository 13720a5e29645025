package main

import (
	"context"
	"os"
	"os/signal"
	"syscall"
	"time"

	"suanpan/internal/pg"
)

func main() {
	pg.MaybeKeeper()
	ctx, stop := signal.NotifyContext(context.Background(), os.Interrupt, syscall.SIGTERM)
	context.AfterFunc(ctx, stop) // a second Ctrl-C ends the program at once
	m := &Main{Name: os.Args[0], Args: os.Args[1:], Stdin: os.Stdin, Stdout: os.Stdout, Stderr: os.Stderr, Env: os.Getenv, Clock: time.Now}
	code := m.Report(m.Run(ctx))
	stop()
	os.Exit(code)
}
