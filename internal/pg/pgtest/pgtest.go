// Package pgtest gives every test a database of its own.
package pgtest
