// Package migrations embeds the schema: numbered files, forward only, applied by internal/pg in the order of their numbers.
package migrations

import "embed"

// FS holds NNNN_name.sql, each in one transaction of its own.
//
//go:embed *.sql
var FS embed.FS
