// Package auth answers who sends a request and whether they may: users, passwords, sessions, API tokens, throttled log-ins.
//
// Owns: the tables access_*, the pages for logging in and for one's own account. Does not own what a duty may do in a module;
// each route names its duties. All times are machine time, given by Options.Now; a demo's standing clock does not end sessions.
//
//	log in ─▶ count the attempt ─▶ waits? LOGIN-WAIT ─▶ password right? no: LOGIN-WRONG ─▶ session ─▶ idle or old: ended
//
// How a request finds its user before its tenant is known: the transaction is that of web without a merchant, which sees no row,
// and calls access_by_session or access_by_token. The two run as the schema's owner, take the SHA-256 of a secret of 256 random
// bits, and answer with that one user; so nothing that serves requests can list users, hashes or sessions. Logging in itself works
// as batch, under the job name "login", since it reads a password's hash.
//
// Never changes: a user's login and merchant. Secrets are stored as hashes only and shown once.
package auth
