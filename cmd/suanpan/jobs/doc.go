// Package jobs lets any number of processes do what is due, with the job library river underneath.
//
// Owns: which kinds of work there are in the queue, how often each is asked for, how the workers of several processes share them, and what
// a person sees and retries by hand. Does not own what a kind of work does, which is lent, nor what is due: that stands in rows of the modules in
// business time. The queue only ever says "do what is due now".
//
//	every few seconds, in machine time          any process
//	leader ─▶ one job a kind and lane ─▶ queue ─▶ worker ─▶ a portion of what is due, in the modules' own transactions
//	          none while its twin stands             └─▶ more left: the next portion at once
//
// A job may run twice, or end in the middle: what it does is kept exactly once by the modules, whose rows are taken with locks and vanish in the
// transaction of their effect. So the queue is never the truth about anything, and may be emptied.
package jobs
