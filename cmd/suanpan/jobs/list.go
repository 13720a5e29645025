package jobs

import (
	"context"
	"encoding/json"
	"errors"
	"strconv"
	"time"

	"github.com/riverqueue/river"
	"github.com/riverqueue/river/rivertype"

	"suanpan/internal/fault"
	"suanpan/internal/pg"
)

// State is where a job stands.
type State string

// The states of a job as a person sees them.
const (
	Waiting State = "waiting"
	Running State = "running"
	Retried State = "retried" // failed and tried again by itself
	Failed  State = "failed"  // given up; the next round is a new job
	Done    State = "done"
)

// Job is one job of the queue. All times are machine time.
type Job struct {
	ID      int64     `json:"id"`
	Work    string    `json:"work"`
	Lane    int       `json:"lane"`
	State   State     `json:"state"`
	Attempt int       `json:"attempt"`
	At      time.Time `json:"at"` // when it is to run, began or ended, as its state has it
	Error   string    `json:"error,omitempty"`
}

// listed bounds what a page and a command show.
const listed = 100

// List shows what waits, runs and failed, the latest first; all with the jobs that are done.
func (r *Runner) List(ctx context.Context, all bool) ([]Job, error) {
	states := []rivertype.JobState{
		rivertype.JobStateAvailable, rivertype.JobStatePending, rivertype.JobStateScheduled, rivertype.JobStateRunning, rivertype.JobStateRetryable,
		rivertype.JobStateDiscarded, rivertype.JobStateCancelled,
	}
	if all {
		states = append(states, rivertype.JobStateCompleted)
	}
	res, err := r.client.JobList(ctx, river.NewJobListParams().Kinds(due{}.Kind()).States(states...).OrderBy(river.JobListOrderByID, river.SortOrderDesc).First(listed))
	if err != nil {
		return nil, pg.Fault(err)
	}
	out := make([]Job, len(res.Jobs))
	for i, j := range res.Jobs {
		out[i] = view(j)
	}
	return out, nil
}

func view(j *rivertype.JobRow) Job {
	var d due
	_ = json.Unmarshal(j.EncodedArgs, &d) // a job that cannot be read is shown without its work's name
	out := Job{ID: j.ID, Work: d.What, Lane: d.Lane, Attempt: j.Attempt, At: j.ScheduledAt, State: Waiting}
	switch j.State {
	case rivertype.JobStateRunning:
		out.State = Running
		out.At = or(j.AttemptedAt, out.At)
	case rivertype.JobStateRetryable:
		out.State = Retried
	case rivertype.JobStateDiscarded, rivertype.JobStateCancelled:
		out.State, out.At = Failed, or(j.FinalizedAt, out.At)
	case rivertype.JobStateCompleted:
		out.State, out.At = Done, or(j.FinalizedAt, out.At)
	case rivertype.JobStateAvailable, rivertype.JobStatePending, rivertype.JobStateScheduled:
	}
	if n := len(j.Errors); n > 0 && out.State != Done {
		out.Error = j.Errors[n-1].Error
		if out.State == Waiting { // the library calls a job that is retried soon available
			out.State = Retried
		}
	}
	return out
}

func or(t *time.Time, other time.Time) time.Time {
	if t == nil {
		return other
	}
	return *t
}

// Retry lets a job run at once. It raises JOB-NONE, and JOB-TWIN where a newer one does the same work.
func (r *Runner) Retry(ctx context.Context, id int64) (Job, error) {
	args := fault.Args{"id": strconv.FormatInt(id, 10)}
	j, err := r.client.JobRetry(ctx, id)
	if errors.Is(err, rivertype.ErrNotFound) {
		return Job{}, fault.New(fault.NotFound, "JOB-NONE", "id", args)
	}
	if err = pg.Fault(err); fault.KindOf(err) == fault.Conflict {
		return Job{}, fault.New(fault.Conflict, "JOB-TWIN", "id", args).Wrap(err)
	}
	if err != nil {
		return Job{}, err
	}
	return view(j), nil
}
