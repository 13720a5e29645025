package main

import (
	"context"
	"errors"
	"net/http"
	"time"

	"github.com/spf13/cobra"

	"suanpan/internal/fault"
	"suanpan/orders/provisioning"
)

// stubKey is the key of a stub that was given none. It protects nothing: a stub keeps no data and listens on this machine.
const stubKey = "seller-stub-key"

func stubCommand(m *Main) *cobra.Command {
	s := &provisioning.Stub{Clock: m.Clock}
	var addr string
	c := &cobra.Command{
		Use:   "seller-stub",
		Short: "Run a small seller that answers the produce interface, for trying",
		Long: `Serves the produce interface of a seller in both versions until Ctrl-C: it checks signatures and nonces, makes instances in memory and does
everything once. Configure its address on the page "Produce interface" of a demo's merchant. It can be told to misbehave.`,
		Example: "  suanpan seller-stub --addr 127.0.0.1:9090\n  suanpan seller-stub --fail 2\n  suanpan seller-stub --delay",
		RunE: func(c *cobra.Command, _ []string) error {
			if s.FailFirst < 0 {
				return fault.New(fault.Invalid, "CLI-VALUE", "--fail", fault.Args{"got": s.FailFirst, "want": "2"})
			}
			return m.stub(c.Context(), s, addr)
		},
	}
	c.Flags().StringVar(&addr, "addr", "127.0.0.1:9090", "`address` to listen on; port 0 picks a free one")
	c.Flags().StringVar(&s.Key, "key", stubKey, "`key` that calls are signed with")
	c.Flags().IntVar(&s.FailFirst, "fail", 0, "fail the first `n` requests")
	c.Flags().BoolVar(&s.DelayOnce, "delay", false, "answer \"still processing\" to a create first")
	c.Flags().BoolVar(&s.WrongSign, "wrong-sign", false, "sign answers wrongly")
	return c
}

// stub serves until the context ends.
func (m *Main) stub(ctx context.Context, s *provisioning.Stub, addr string) error {
	ln, err := listen(ctx, addr)
	if err != nil {
		return err
	}
	m.remark("stub.at", "url", urlOf(ln))
	srv := &http.Server{Handler: s, ReadHeaderTimeout: 5 * time.Second}
	gone := make(chan struct{})
	go func() {
		defer close(gone)
		<-ctx.Done()
		_ = srv.Close() // it holds nothing that would have to be finished
	}()
	err = srv.Serve(ln)
	<-gone
	if errors.Is(err, http.ErrServerClosed) {
		return nil
	}
	return err
}
