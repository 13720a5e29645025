package main

import (
	"context"
	"errors"
	"fmt"
	"io"
	"log/slog"
	"os"
	"strings"
	"time"

	"github.com/spf13/cobra"

	"suanpan/internal/auth"
	"suanpan/internal/fault"
)

// Main is the program as a value: everything it takes from the world stands in a field, so that a test can hold it.
type Main struct {
	Name           string // how it was called, for a command that can be typed again; empty is suanpan
	Args           []string
	Stdin          io.Reader
	Stdout, Stderr io.Writer
	Env            func(string) string
	Clock          func() time.Time // machine time, and business time outside a demo

	flags flags
	lang  fault.Lang
	log   *slog.Logger

	person auth.User // who acts, where the installation knows them
	known  bool      // whether the installation has users at all
}

// flags are those that every command takes.
type flags struct {
	data     string // data folder of the embedded server
	database string // URL; wins over the folder
	demo     bool   // the demo's folder inside the data folder
	as       string // who acts
	lang     string
	json     bool
	quiet    bool
	verbose  bool
}

// exitError ends the program with a code after everything was printed.
type exitError int

func (e exitError) Error() string { return fmt.Sprintf("exit code %d", int(e)) }

// Exit codes.
const (
	exitRefused    = 1
	exitUnreadable = 2
	exitWaits      = 3
	exitInternal   = 70
)

// Run does what the arguments ask for.
func (m *Main) Run(ctx context.Context) error {
	m.lang = m.language("")
	root := m.root()
	root.SetArgs(m.Args)
	root.SetIn(m.Stdin)
	root.SetOut(m.Stdout)
	root.SetErr(m.Stderr)
	err := root.ExecuteContext(ctx)
	if err != nil && ctx.Err() != nil { // whatever it broke: the cause is that somebody stopped it
		return ctx.Err()
	}
	return err
}

func (m *Main) root() *cobra.Command {
	root := &cobra.Command{
		Use:   "suanpan",
		Short: "Settles a cloud marketplace: orders in, invoice lists out, invoices judged and paid",
		Long: `Suanpan (算盘) keeps one ledger of everything that was sold, refunded and metered in a cloud marketplace, turns each month into
bills and invoice lists per contracting entity, judges the invoices that merchants send back, and pays and prints.

Without --database or DATABASE_URL it runs a PostgreSQL of its own in the data folder and stops it when the last command is done.

Exit codes: 0 done, 1 refused, 2 cannot be read or used wrongly, 3 waits for somebody, 70 our mistake or no database.`,
		Example: `  suanpan demo                          a made month, settled, with its console
  suanpan migrate && suanpan import month.ndjson.gz && suanpan settle --period 2026-10`,
		SilenceErrors: true, SilenceUsage: true,
		PersistentPreRunE: func(c *cobra.Command, _ []string) error {
			if err := c.ValidateRequiredFlags(); err != nil {
				return usage(c, err)
			}
			return m.prepare()
		},
	}
	group(root)
	p := root.PersistentFlags()
	p.StringVar(&m.flags.data, "data", "", "data folder of the embedded server (env SUANPAN_DATA)")
	p.StringVar(&m.flags.database, "database", "", "database `URL` instead of the embedded server (env DATABASE_URL)")
	p.BoolVar(&m.flags.demo, "demo", false, "work on the demo in the data folder")
	p.StringVar(&m.flags.as, "as", "", "`user` who acts and is written down (env SUANPAN_USER)")
	p.StringVar(&m.flags.lang, "lang", "", "language of messages: en, zh or pt (env LANG)")
	p.BoolVar(&m.flags.json, "json", false, "answer in JSON")
	p.BoolVarP(&m.flags.quiet, "quiet", "q", false, "no progress, no remarks")
	p.BoolVarP(&m.flags.verbose, "verbose", "v", false, "log what happens inside")
	root.SetFlagErrorFunc(func(c *cobra.Command, err error) error { return usage(c, err) })
	for _, add := range commands {
		c := add(m)
		if c.Args == nil {
			c.Args = cobra.NoArgs
		}
		root.AddCommand(c)
	}
	wrapUsage(root)
	return root
}

// commands in the order of the month's road; cobra sorts the help by name.
var commands = []func(*Main) *cobra.Command{
	migrateCommand, importCommand, settleCommand, unsettleCommand, whyCommand, approveCommand, draftCommand, checkCommand, conformanceCommand, payCommand, netCommand, rulesCommand,
	exportCommand, verifyCommand, journalCommand, mailCommand, lockCommand,
	tickCommand, workCommand, jobsCommand, clockCommand, settingsCommand, userCommand, serveCommand, stubCommand, demoCommand, versionCommand, keeperCommand,
	checkIDCommand,
}

// group makes a command that only holds others: alone it explains itself, and a name it does not know is a fault.
func group(c *cobra.Command) {
	c.Args = func(_ *cobra.Command, args []string) error {
		if len(args) > 0 {
			return fmt.Errorf("unknown command %q", args[0])
		}
		return nil
	}
	c.RunE = func(c *cobra.Command, _ []string) error { return c.Help() }
}

// wrapUsage makes a wrong number of arguments a usage fault, in subcommands too.
func wrapUsage(c *cobra.Command) {
	if check := c.Args; check != nil {
		c.Args = func(c *cobra.Command, args []string) error {
			if err := check(c, args); err != nil {
				return usage(c, err)
			}
			return nil
		}
	}
	for _, sub := range c.Commands() {
		wrapUsage(sub)
	}
}

// prepare reads what the flags and the environment say together.
func (m *Main) prepare() error {
	m.lang = m.language(m.flags.lang)
	level := slog.LevelWarn
	if m.flags.verbose {
		level = slog.LevelDebug
	}
	m.log = slog.New(slog.NewTextHandler(m.Stderr, &slog.HandlerOptions{Level: level}))
	if m.flags.as == "" {
		m.flags.as = m.Env("SUANPAN_USER")
	}
	return nil
}

// language follows --lang, then what POSIX names: LC_ALL, LC_MESSAGES, LANG.
func (m *Main) language(given string) fault.Lang {
	for _, v := range []string{given, m.Env("LC_ALL"), m.Env("LC_MESSAGES"), m.Env("LANG")} {
		if v == "" {
			continue
		}
		for _, l := range fault.Langs {
			if strings.HasPrefix(strings.ToLower(v), string(l)) {
				return l
			}
		}
		return fault.EN
	}
	return fault.EN
}

// actor is the user that acts: --as, else whom the system knows.
func (m *Main) user() string {
	for _, v := range []string{m.flags.as, m.Env("USER"), m.Env("LOGNAME")} {
		if v != "" {
			return v
		}
	}
	return "cli"
}

// Report prints an error, all its faults in the reader's language, and gives the exit code.
func (m *Main) Report(err error) int {
	var code exitError
	m.lang = m.language(m.flags.lang) // an argument may have been refused before the flags were looked at
	switch {
	case err == nil:
		return 0
	case errors.As(err, &code):
		return int(code)
	case errors.Is(err, context.Canceled):
		_, _ = fmt.Fprintln(m.Stderr, m.say("stopped"))
		return 130
	}
	fs := fault.All(err)
	if len(fs) == 0 {
		fs = fault.Faults{fault.New(fault.Internal, "CLI-INTERNAL", "", fault.Args{"cause": err})}
	}
	m.printFaults(fs)
	return codeOf(fs)
}

// codeOf is the exit code of faults: what cannot be read or was used wrongly goes before what was refused.
func codeOf(fs fault.Faults) int {
	code := exitRefused
	for _, f := range fs {
		switch {
		case f.Kind == fault.Internal, f.Kind == fault.Unavailable:
			return exitInternal
		case unreadable(f.Code):
			code = exitUnreadable
		}
	}
	return code
}

// unreadable tells codes that mean: nothing could be judged.
func unreadable(code string) bool {
	switch code {
	case "CLI-USAGE", "CLI-FILE", "CLI-VALUE", "FEED-GZIP", "FEED-READ", "PG-URL":
		return true
	}
	return strings.HasPrefix(code, "EINV-")
}

// usage is a fault about how a command was called.
func usage(c *cobra.Command, err error) error {
	return fault.New(fault.Invalid, "CLI-USAGE", "", fault.Args{"why": err, "command": c.CommandPath()})
}

// openFile opens an input; "-" is standard input.
func (m *Main) openFile(name string) (io.ReadCloser, error) {
	if name == "-" {
		return io.NopCloser(m.Stdin), nil
	}
	f, err := os.Open(name)
	if err != nil {
		return nil, fault.New(fault.Invalid, "CLI-FILE", name, fault.Args{"why": cause(err)}).Wrap(err)
	}
	return f, nil
}

// cause is the system's reason without the file's name, which the fault's path gives.
func cause(err error) error {
	var p *os.PathError
	if errors.As(err, &p) {
		return p.Err
	}
	return err
}
