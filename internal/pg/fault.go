package pg

import (
	"context"
	"errors"
	"io"
	"net"
	"strings"
	"sync"

	"github.com/jackc/pgx/v5/pgconn"

	"suanpan/internal/fault"
)

var (
	constraintsMu sync.RWMutex
	constraints   = map[string]mapped{}
)

type mapped struct{ code, path string }

// Constraint gives a constraint, by its name in the schema, the fault that its violation means. It is called from package
// variables; a name given twice stops the program at its start. On a partitioned table PostgreSQL names the partition's own
// unique index, so a rule that needs a code of its own belongs into a claim table.
func Constraint(name, code, path string) bool {
	constraintsMu.Lock()
	defer constraintsMu.Unlock()
	if _, twice := constraints[name]; twice {
		panic("pg: constraint " + name + " is given twice")
	}
	constraints[name] = mapped{code, path}
	return true
}

// Fault turns what PostgreSQL or the connection said into a fault, by SQLSTATE and constraint name, never by text. Faults, ended
// contexts and what it does not know pass through unchanged (and count as our own mistake).
func Fault(err error) error {
	if err == nil || len(fault.All(err)) > 0 || errors.Is(err, context.Canceled) || errors.Is(err, context.DeadlineExceeded) {
		return err
	}
	var pe *pgconn.PgError
	if errors.As(err, &pe) {
		return stateFault(pe, err)
	}
	if isConnection(err) {
		return fault.New(fault.Unavailable, "PG-DOWN", "").Wrap(err)
	}
	return err
}

func stateFault(pe *pgconn.PgError, err error) error {
	kind, code := fault.Invalid, ""
	switch {
	case pe.Code == "23505", pe.Code == "23P01":
		kind, code = fault.Conflict, "PG-UNIQUE"
	case pe.Code == "23503":
		code = "PG-REFERENCE"
	case pe.Code == "22021", pe.Code == "22P05": // NUL, or bytes that are no UTF-8
		return fault.New(fault.Invalid, "PG-TEXT", "").Wrap(err)
	case pe.Code == "23514", pe.Code == "23502":
		code = "PG-CHECK"
	case pe.Code == "42501":
		kind, code = fault.Forbidden, "PG-DENIED"
	case pe.Code == "40001", pe.Code == "40P01", pe.Code == "55P03":
		kind, code = fault.Unavailable, "PG-BUSY"
	case strings.HasPrefix(pe.Code, "08"), strings.HasPrefix(pe.Code, "57P"), strings.HasPrefix(pe.Code, "53"):
		kind, code = fault.Unavailable, "PG-DOWN"
	case strings.HasPrefix(pe.Code, "28"), pe.Code == "3D000":
		kind, code = fault.Unavailable, "PG-LOGIN"
	default:
		return err
	}
	path, args := pe.ColumnName, fault.Args{"constraint": pe.ConstraintName}
	if pe.ConstraintName == "" {
		args["constraint"] = pe.ColumnName
	}
	if strings.HasPrefix(pe.Code, "23") && pe.ConstraintName != "" {
		constraintsMu.RLock()
		m, own := constraints[pe.ConstraintName]
		constraintsMu.RUnlock()
		if own {
			code, path, args = m.code, m.path, nil
		}
	}
	f := fault.New(kind, code, path)
	f.Args = args
	return f.Wrap(err)
}

func isConnection(err error) bool {
	var ce *pgconn.ConnectError
	var ne net.Error
	return errors.As(err, &ce) || errors.As(err, &ne) || pgconn.SafeToRetry(err) ||
		errors.Is(err, io.EOF) || errors.Is(err, io.ErrUnexpectedEOF) || errors.Is(err, net.ErrClosed)
}

// isState tells whether PostgreSQL gave this SQLSTATE.
func isState(err error, code string) bool {
	var pe *pgconn.PgError
	return errors.As(err, &pe) && pe.Code == code
}
