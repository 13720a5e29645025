// Package web is the plumbing between HTTP and the modules: the server, the routes and who may use them, pages, faults,
// languages, forms and downloads.
//
// Owns: the one table from a fault's kind to an HTTP status; the frame around every page; security headers, CSRF, limits and
// timeouts; the language of a reply. Does not own any page's content, nor who somebody is: internal/auth answers that through
// Options.Identify.
//
// A module hands over Routes (who may come in stands in each; a route that names nobody is refused at start) and renders typed
// pages:
//
//	request ─▶ id · log · headers · gzip ─▶ route: size · time · who · duty · CSRF ─▶ handler ─▶ page, JSON or error
//	                                                                                             error ─▶ faults as page or JSON
//
// Everything works without JavaScript: the policy sent with every page forbids scripts altogether. Times here are machine time.
package web
